import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import styles from './Badge.module.css'
import { cx } from './cx'

export type Tone = 'quiet' | 'ok' | 'bad' | 'warn' | 'live' | 'accent'

type BadgeProps = { tone?: Tone; icon?: LucideIcon; outline?: boolean; title?: string | undefined; children: ReactNode }

/** A small word with a meaning; the icon carries the meaning too, so that colour is never alone. */
export function Badge({ tone = 'quiet', icon: Icon, outline, title, children }: BadgeProps) {
  return (
    <span className={cx(styles.badge, styles[tone], outline && styles.outline)} title={title}>
      {Icon && <Icon size={12} strokeWidth={2.4} aria-hidden />}
      {children}
    </span>
  )
}

/** A dot of state; `pulse` says that it is happening now. */
export const Dot = ({ tone = 'quiet', pulse }: { tone?: Tone; pulse?: boolean }) => (
  <span className={cx(styles.dot, styles[tone], pulse && styles.pulse)} aria-hidden />
)
