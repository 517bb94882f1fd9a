import { Link } from '@tanstack/react-router'
import { ChevronDown, ChevronRight, CircleSlash } from 'lucide-react'
import type { Run } from '../../api/types'
import { Badge } from '../../kit/Badge'
import { clock, duration, fullTime } from '../../lib/format'
import { text } from '../../text'
import { RecordPair, StatusIcon } from '../run/Marks'
import { inBrief, TRIGGER_ICON } from '../run/model'
import { startOf, type Row, type TroubleSearch } from './model'
import styles from './RunList.module.css'
import { cx } from '../../kit/cx'

const words = text.runs.list

export const DayRow = ({ name }: { name: string }) => <h2 className={styles.day}>{name}</h2>

/** Polls that found nothing, as one row. */
export function FoldRow({ row, current, onToggle }: { row: Extract<Row, { kind: 'fold' }>; current: boolean; onToggle: () => void }) {
  const newest = row.runs[0]!
  const oldest = row.runs.at(-1)!
  const Chevron = row.open ? ChevronDown : ChevronRight
  return (
    <button type="button" className={styles.fold} aria-expanded={row.open} data-current={current || undefined} onClick={onToggle}>
      <CircleSlash size={14} aria-hidden />
      {words.folded(row.runs.length)}
      <span className={styles.foldTime}>{words.foldHint(clock(startOf(oldest)), clock(startOf(newest)))}</span>
      <Chevron size={13} aria-hidden />
    </button>
  )
}

type RunRowProps = { run: Run; tall: boolean; current: boolean; selected: boolean; filters: TroubleSearch; onFocus: () => void }

/** One run: as a line of the table, or as two lines where there is little room. */
export function RunRow({ run, tall, current, selected, filters, onFocus }: RunRowProps) {
  return (
    <Link
      to="/troubleshooting/$runId/$phase" params={{ runId: run.id, phase: 'status' }} search={filters} preload={false} onFocus={onFocus}
      className={cx(styles.row, tall ? styles.tall : styles.grid)} aria-current={selected ? 'true' : undefined} data-current={current || undefined}
    >
      {tall ? <TallCells run={run} /> : <Cells run={run} />}
    </Link>
  )
}

const When = ({ run }: { run: Run }) => <time className={styles.when} dateTime={startOf(run)} title={fullTime(startOf(run))}>{clock(startOf(run))}</time>

const What = ({ run }: { run: Run }) => (
  <span className={styles.what}><b className="truncate">{run.integration.name}</b><span className="truncate">{run.action.name}</span></span>
)

function Cells({ run }: { run: Run }) {
  const Trigger = TRIGGER_ICON[run.trigger]
  return (
    <>
      <StatusIcon status={run.status} />
      <When run={run} />
      <What run={run} />
      <span className={styles.records}><RecordPair run={run} /></span>
      <span className={styles.result}><Result run={run} /></span>
      <span className={styles.trigger} title={text.runs.trigger[run.trigger]}><Trigger size={13} aria-hidden />{text.runs.trigger[run.trigger]}</span>
      <span className={styles.took}>{duration(run.duration_ms)}</span>
    </>
  )
}

const TallCells = ({ run }: { run: Run }) => (
  <>
    <StatusIcon status={run.status} />
    <span className={styles.lines}>
      <span className={styles.line}><What run={run} /><When run={run} /></span>
      <span className={styles.line}><span className={styles.result}><Result run={run} /></span><RecordPair run={run} /></span>
    </span>
  </>
)

function Result({ run }: { run: Run }) {
  if (run.error) {
    return (
      <>
        <Badge tone={run.status === 'failed' ? 'bad' : 'warn'}>{text.runs.errorClass[run.error.class]}</Badge>
        <span className="truncate" title={run.error.message}>{run.error.message}</span>
      </>
    )
  }
  return <span className={cx('truncate', styles.quiet)}>{inBrief(run)}</span>
}
