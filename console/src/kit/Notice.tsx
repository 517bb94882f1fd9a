import { CircleAlert, CircleCheck, Info, type LucideIcon, RotateCw, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { problemOf } from '../api/problem'
import { text } from '../text'
import { Button } from './Button'
import styles from './Notice.module.css'
import { Prose } from './Prose'
import { cx } from './cx'

type NoticeTone = 'info' | 'ok' | 'warn' | 'bad'
const ICONS: Record<NoticeTone, LucideIcon> = { info: Info, ok: CircleCheck, warn: TriangleAlert, bad: CircleAlert }

type NoticeProps = { tone?: NoticeTone; title: ReactNode; actions?: ReactNode; children?: ReactNode }

/** Something to know, in place: with a title, an explanation and what can be done. */
export function Notice({ tone = 'info', title, actions, children }: NoticeProps) {
  const Icon = ICONS[tone]
  return (
    <div className={cx(styles.notice, styles[tone])} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon size={16} aria-hidden />
      <div className={styles.words}>
        <p className={styles.title}>{title}</p>
        {children && <div className={styles.detail}>{children}</div>}
      </div>
      {actions}
    </div>
  )
}

/** A failed call: title, detail, faults, its code and the page that explains it. */
export function ProblemNotice({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const problem = problemOf(error)
  const retry = onRetry && <Button small icon={RotateCw} onClick={onRetry}>{text.common.retry}</Button>
  return (
    <Notice tone="bad" title={problem.title} actions={retry}>
      {problem.detail && <p><Prose text={problem.detail} /></p>}
      {problem.errors && (
        <ul className={styles.faults}>
          {problem.errors.map((fault) => (
            <li key={`${fault.pointer} ${fault.code}`}><code>{fault.pointer || '/'}</code> <Prose text={fault.detail} /></li>
          ))}
        </ul>
      )}
      <p className={styles.code}>
        {problem.type
          ? <a href={problem.type} target="_blank" rel="noreferrer"><code>{problem.code}</code> · {text.common.explained}</a>
          : <code>{problem.code}</code>}
      </p>
    </Notice>
  )
}

/** Where a list would be: says why there is nothing, and what to do next. */
export function Empty({ icon: Icon, title, actions, children }: { icon?: LucideIcon; title: ReactNode; actions?: ReactNode; children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      {Icon && <span className={styles.emptyIcon}><Icon size={20} aria-hidden /></span>}
      <p className={styles.title}>{title}</p>
      {children && <div className={styles.detail}>{children}</div>}
      {actions && <div className={styles.emptyActions}>{actions}</div>}
    </div>
  )
}

/** Grey bars while something loads; announced once. */
export function Loading({ rows = 4 }: { rows?: number }) {
  return (
    <div className={styles.loading} role="status" aria-label={text.common.loading}>
      {Array.from({ length: rows }, (_, row) => <span key={row} className={styles.bar} style={{ width: `${92 - ((row * 23) % 50)}%` }} />)}
    </div>
  )
}
