import { ChevronsUpDown } from 'lucide-react'
import type { ComponentProps } from 'react'
import type { Me } from '../../api/types'
import { text } from '../../text'
import styles from './Shell.module.css'

/** Who is signed in, as the button that opens the account menu. */
export function Face({ me, ...rest }: ComponentProps<'button'> & { me: Me | undefined }) {
  const name = me?.user.name || me?.user.email || ''
  return (
    <button type="button" className={styles.account} {...rest}>
      <span className={styles.avatar} aria-hidden>{initials(name)}</span>
      <span className={styles.who}><b className="truncate">{name}</b><small>{me && text.shell.role[me.role]}</small></span>
      <span className="sr-only">{text.shell.account}</span>
      <ChevronsUpDown size={13} aria-hidden />
    </button>
  )
}

const initials = (name: string) => name.split(/[\s@.]+/).slice(0, 2).map((part) => part[0]?.toUpperCase() ?? '').join('')
