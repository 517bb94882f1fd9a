import type { ReactNode } from 'react'
import styles from './Surface.module.css'
import { cx } from './cx'

type CardProps = { title?: ReactNode; hint?: ReactNode; actions?: ReactNode; flush?: boolean; children: ReactNode }

/** A titled surface; `flush` lets a table or a viewer touch its edges. */
export function Card({ title, hint, actions, flush, children }: CardProps) {
  return (
    <section className={styles.card}>
      {(title || actions) && (
        <header className={styles.cardHead}>
          <div className={styles.cardTitle}>
            {title && <h2>{title}</h2>}
            {hint && <p>{hint}</p>}
          </div>
          {actions}
        </header>
      )}
      <div className={cx(styles.cardBody, flush && styles.flush)}>{children}</div>
    </section>
  )
}

type PageProps = { title: ReactNode; lead?: ReactNode; actions?: ReactNode; narrow?: boolean; above?: ReactNode; children: ReactNode }

/** A page that scrolls as a whole: heading, what it is for, actions, content. */
export function Page({ title, lead, actions, narrow, above, children }: PageProps) {
  return (
    <div className={styles.scroll}>
      <div className={cx(styles.page, narrow && styles.narrow)}>
        {above}
        <header className={styles.pageHead}>
          <div className={styles.pageTitle}>
            <h1>{title}</h1>
            {lead && <p>{lead}</p>}
          </div>
          {actions && <div className={styles.pageActions}>{actions}</div>}
        </header>
        {children}
      </div>
    </div>
  )
}

/** Names and values, side by side where there is room. */
export function Facts({ items }: { items: [name: ReactNode, value: ReactNode][] }) {
  return (
    <dl className={styles.facts}>
      {items.map(([name, value], index) => (
        // The order of facts is fixed, so the index is their identity.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={index}><dt>{name}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  )
}
