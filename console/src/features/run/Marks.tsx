import { ArrowRight } from 'lucide-react'
import type { Run, RunStatus } from '../../api/types'
import { Badge } from '../../kit/Badge'
import { cx } from '../../kit/cx'
import { text } from '../../text'
import styles from './Marks.module.css'
import { STATUS_LOOK } from './model'

/** A run's status as icon and word. */
export function StatusBadge({ status }: { status: RunStatus }) {
  const { tone, icon } = STATUS_LOOK[status]
  return <Badge tone={tone} icon={icon}>{text.runs.status[status]}</Badge>
}

/** A run's status as an icon alone, with its word for screen readers. */
export function StatusIcon({ status }: { status: RunStatus }) {
  const { tone, icon: Icon } = STATUS_LOOK[status]
  return (
    <span className={cx(styles.icon, styles[tone], status === 'running' && styles.turning)} title={text.runs.status[status]}>
      <Icon size={15} aria-hidden /><span className="sr-only">{text.runs.status[status]}</span>
    </span>
  )
}

/** The first record of a run: source key → target key, and how many more there are. */
export function RecordPair({ run }: { run: Run }) {
  const [first] = run.records_preview ?? []
  if (!first) return null
  const more = run.records.read - 1
  return (
    <span className={cx(styles.pair, 'mono')}>
      <span className="truncate">{first.source_key}</span>
      {first.target_key && <><ArrowRight size={11} aria-hidden /><span className={styles.target}>{first.target_key}</span></>}
      {more > 0 && <span className={styles.more}>{text.runs.list.andMore(more)}</span>}
    </span>
  )
}
