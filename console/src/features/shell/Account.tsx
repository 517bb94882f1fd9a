import { useQuery } from '@tanstack/react-query'
import { ChevronsUpDown, Keyboard, LogOut, Monitor, Moon, Sun } from 'lucide-react'
import { useState } from 'react'
import { meQuery } from '../../api/queries'
import { signOut } from '../../api/session'
import { Segments } from '../../kit/Form'
import { Menu, MenuItem, MenuLabel, MenuLine } from '../../kit/Menu'
import { chooseTheme, storedTheme, type Theme } from '../../lib/theme'
import { text } from '../../text'
import styles from './Shell.module.css'

/** Who is signed in, the theme, and the way out. */
export function Account({ onHelp }: { onHelp: () => void }) {
  const { data } = useQuery(meQuery)
  const name = data?.user.name || data?.user.email || ''
  const trigger = (
    <button type="button" className={styles.account} aria-label={`${text.shell.account}: ${name}`}>
      <span className={styles.avatar} aria-hidden>{initials(name)}</span>
      <span className={styles.who}><b className="truncate">{name}</b><small>{data && text.shell.role[data.role]}</small></span>
      <ChevronsUpDown size={13} aria-hidden />
    </button>
  )
  return (
    <Menu trigger={trigger} align="start">
      <MenuLabel>{data?.user.email}</MenuLabel>
      <ThemeChoice />
      <MenuLine />
      <MenuItem icon={Keyboard} onSelect={onHelp}>{text.shell.keys.title}</MenuItem>
      <MenuItem icon={LogOut} onSelect={() => void signOut()}>{text.shell.signOut}</MenuItem>
    </Menu>
  )
}

/** The colour theme: as the system, light, dark. */
export function ThemeChoice() {
  const [theme, setTheme] = useState(storedTheme)
  const choose = (next: Theme) => {
    chooseTheme(next)
    setTheme(next)
  }
  const options = [
    { value: 'system' as const, label: text.shell.theme.system, icon: <Monitor size={13} aria-hidden /> },
    { value: 'light' as const, label: text.shell.theme.light, icon: <Sun size={13} aria-hidden /> },
    { value: 'dark' as const, label: text.shell.theme.dark, icon: <Moon size={13} aria-hidden /> },
  ]
  return <div className={styles.theme}><Segments compact label={text.shell.theme.label} value={theme} options={options} onChange={choose} /></div>
}

const initials = (name: string) => name.split(/[\s@.]+/).slice(0, 2).map((part) => part[0]?.toUpperCase() ?? '').join('')
