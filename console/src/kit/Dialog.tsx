import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import { Button, IconButton } from './Button'
import styles from './Dialog.module.css'
import { text } from '../text'

type DialogProps = { open: boolean; onClose: () => void; title: ReactNode; lead?: ReactNode; footer?: ReactNode; wide?: boolean; children?: ReactNode }

/** A modal dialog: focus stays inside, Escape closes, focus returns. */
export function Dialog({ open, onClose, title, lead, footer, wide, children }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        {/* An overlay of our own: Radix's would inject a style element, which the CSP forbids. */}
        <div className={styles.overlay} aria-hidden />
        <div className={styles.frame}>
          <Radix.Content className={styles.dialog} data-wide={wide || undefined} onOpenAutoFocus={focusFirst} {...(lead ? {} : { 'aria-describedby': undefined })}>
            <header className={styles.head}>
              <Radix.Title className={styles.title}>{title}</Radix.Title>
              <Radix.Close asChild><IconButton label={text.common.close} icon={X} /></Radix.Close>
            </header>
            {lead && <Radix.Description className={styles.lead}>{lead}</Radix.Description>}
            {children && <div className={styles.body}>{children}</div>}
            {footer && <footer className={styles.foot}>{footer}</footer>}
          </Radix.Content>
        </div>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** Focus goes to the first field, else to the first answer, else to the dialog: never to the close button, whose tooltip would take the first Escape. */
function focusFirst(event: Event) {
  event.preventDefault()
  const dialog = event.currentTarget as HTMLElement
  const first = dialog.querySelector<HTMLElement>('input, select, textarea, footer button') ?? dialog
  first.focus()
}

type ConfirmProps = { open: boolean; onClose: () => void; title: string; lead: ReactNode; action: string; onConfirm: () => Promise<unknown> | void; children?: ReactNode }

/** Asks before something that cannot be undone. */
export function Confirm({ open, onClose, title, lead, action, onConfirm, children }: ConfirmProps) {
  const [busy, setBusy] = useState(false)
  const confirm = async () => {
    setBusy(true)
    try {
      await onConfirm()
      onClose()
    } finally {
      setBusy(false)
    }
  }
  const footer = (
    <>
      <Button onClick={onClose}>{text.common.cancel}</Button>
      <Button look="danger" busy={busy} onClick={() => void confirm()}>{action}</Button>
    </>
  )
  return <Dialog open={open} onClose={onClose} title={title} lead={lead} footer={footer}>{children}</Dialog>
}
