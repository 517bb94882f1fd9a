import { Tooltip as Radix } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import styles from './Tooltip.module.css'

export const TooltipProvider = ({ children }: { children: ReactNode }) => (
  <Radix.Provider delayDuration={350} skipDelayDuration={200}>{children}</Radix.Provider>
)

/** A short explanation on hover and focus; `keys` shows the shortcut beside it. */
export function Tooltip({ text, keys, children }: { text: ReactNode; keys?: string | undefined; children: ReactElement }) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles.tooltip} sideOffset={6} collisionPadding={8}>
          {text}
          {keys && <Kbd keys={keys} />}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** A key, or keys pressed one after the other. */
export const Kbd = ({ keys }: { keys: string }) => (
  <span className={styles.keys}>{keys.split(' ').map((key) => <kbd key={key} className={styles.kbd}>{key}</kbd>)}</span>
)
