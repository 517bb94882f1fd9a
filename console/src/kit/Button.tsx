import { LoaderCircle, type LucideIcon } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { Tooltip } from './Tooltip'
import styles from './Button.module.css'
import { cx } from './cx'

export type ButtonLook = 'plain' | 'primary' | 'ghost' | 'danger'

/** The classes of a button, for links that look like one. */
export const buttonClass = (look: ButtonLook = 'plain', small = false) =>
  cx(styles.button, styles[look], small && styles.small)

type ButtonProps = ComponentProps<'button'> & { look?: ButtonLook; small?: boolean; icon?: LucideIcon; busy?: boolean }

/** A button with words; `busy` keeps its width and blocks a second press. */
export function Button({ look = 'plain', small, icon: Icon, busy, children, disabled, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} className={cx(buttonClass(look, small), rest.className)} disabled={disabled || busy} aria-busy={busy || undefined}>
      {busy ? <LoaderCircle size={14} className={styles.spin} aria-hidden /> : Icon && <Icon size={14} aria-hidden />}
      {children}
    </button>
  )
}

type IconButtonProps = Omit<ComponentProps<'button'>, 'children'> & { label: string; icon: LucideIcon; keys?: string; size?: number }

/** A button that is only an icon; its label is spoken, and shown as a tooltip. */
export function IconButton({ label, icon: Icon, keys, size = 15, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} keys={keys}>
      <button type="button" aria-label={label} {...rest} className={cx(styles.icon, rest.className)}>
        <Icon size={size} aria-hidden />
      </button>
    </Tooltip>
  )
}

/** Buttons that belong together, wrapping when there is no room. */
export const Actions = ({ children }: { children: ReactNode }) => <div className={styles.actions}>{children}</div>
