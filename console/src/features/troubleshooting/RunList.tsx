import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef } from 'react'
import { Button } from '../../kit/Button'
import { Loading } from '../../kit/Notice'
import { cx } from '../../kit/cx'
import { zone } from '../../lib/format'
import { useNarrow } from '../../lib/useNarrow'
import { text } from '../../text'
import type { Row, TroubleSearch } from './model'
import styles from './RunList.module.css'
import { DayRow, FoldRow, RunRow } from './RunRows'

const words = text.runs.list
const UNASKED_PAGES = 4
const HEIGHT = { day: 30, fold: 34, run: 40, compact: 62 }

type RunListProps = {
  rows: Row[]
  compact: boolean
  current: number
  selected: string | undefined
  filters: TroubleSearch
  loading: boolean
  more: boolean
  pages: number
  loadingMore: boolean
  onMore: () => void
  onToggle: (key: string) => void
  onCursor: (index: number) => void
}

/** The runs, newest first: virtual, and still where they were when new ones arrive above. */
export function RunList(props: RunListProps) {
  const { rows, compact, current, more, pages, loadingMore, onMore } = props
  const scroller = useRef<HTMLDivElement>(null)
  const tall = useNarrow() || compact
  const heightOf = (row: Row | undefined) => (row?.kind === 'run' ? (tall ? HEIGHT.compact : HEIGHT.run) : HEIGHT[row?.kind ?? 'run'])
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heightOf(rows[index]),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 12,
  })
  useEffect(() => list.measure(), [list, rows, tall])
  useEffect(() => {
    if (current >= 0) list.scrollToIndex(current)
  }, [current, list])
  useStayInPlace(scroller, rows, heightOf)

  const items = list.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    // Folded polls may leave the screen short for ever: after a few pages the person decides.
    const wanted = pages < UNASKED_PAGES || (scroller.current?.scrollTop ?? 0) > 0
    if (more && !loadingMore && wanted && last >= rows.length - 10) onMore()
  }, [more, loadingMore, last, rows.length, pages, onMore])

  return (
    <div className={styles.frame} data-tall={tall || undefined}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard */}
      <div ref={scroller} className={styles.scroll} tabIndex={0} role="region" aria-label={words.label}>
        {!tall && <Columns />}
        {props.loading && <Loading rows={12} />}
        <div className={styles.rows} style={{ height: list.getTotalSize() }} role="list">
          {items.map((item) => (
            <div key={item.key} role="listitem" className={styles.slot} style={{ transform: `translateY(${item.start}px)`, height: item.size }}>
              <AnyRow row={rows[item.index]!} at={item.index} tall={tall} {...props} />
            </div>
          ))}
        </div>
        {!props.loading && (
          <p className={styles.end}>
            {more ? <Button small busy={loadingMore} onClick={onMore}>{words.more}</Button> : words.end}
          </p>
        )}
      </div>
    </div>
  )
}

function AnyRow({ row, at, tall, current, selected, filters, onToggle, onCursor }: RunListProps & { row: Row; at: number; tall: boolean }) {
  if (row.kind === 'day') return <DayRow name={row.name} />
  if (row.kind === 'fold') return <FoldRow row={row} current={at === current} onToggle={() => onToggle(row.key)} />
  return <RunRow run={row.run} tall={tall} current={at === current} selected={row.run.id === selected} filters={filters} onFocus={() => onCursor(at)} />
}

const Columns = () => (
  <div className={cx(styles.columns, styles.grid)} aria-hidden>
    <span /><span>{words.columns.when(zone())}</span><span>{words.columns.what}</span><span>{words.columns.records}</span>
    <span>{words.columns.result}</span><span>{words.columns.trigger}</span><span className={styles.right}>{words.columns.took}</span>
  </div>
)

/** When rows arrive above what somebody reads, scrolls by their height; at the very top new rows simply appear. */
function useStayInPlace(scroller: React.RefObject<HTMLDivElement | null>, rows: Row[], heightOf: (row: Row | undefined) => number) {
  const before = useRef(rows)
  useLayoutEffect(() => {
    const element = scroller.current
    const anchor = before.current.find((row) => row.kind === 'run')?.key
    before.current = rows
    if (!element || element.scrollTop < 30 || anchor === undefined) return
    const index = rows.findIndex((row) => row.key === anchor)
    const above = rows.slice(0, Math.max(index - 1, 0))
    if (index > 1) element.scrollTop += above.reduce((sum, row) => sum + heightOf(row), 0)
    // The heights follow from the rows alone.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [rows])
}
