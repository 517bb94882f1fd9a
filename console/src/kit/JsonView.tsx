import { useVirtualizer } from '@tanstack/react-virtual'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Json } from '../api/types'
import { initialFolds, type JsonLine, jsonLines, lineOf } from '../lib/jsonLines'
import { text } from '../text'
import { Copy } from './Copy'
import styles from './JsonView.module.css'
import { cx } from './cx'

const LINE = 20

type JsonViewProps = { value: Json; label: string; mark?: string | null; depth?: number; height?: number }

/** A JSON document: foldable, coloured, virtual, with one pointer marked and scrolled to. */
export function JsonView({ value, label, mark = null, depth = 4, height = 520 }: JsonViewProps) {
  const [folds, setFolds] = useState(() => initialFolds(value, depth, mark))
  const lines = useMemo(() => jsonLines(value, folds), [value, folds])
  const marked = mark === null ? -1 : lineOf(lines, mark)
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({ count: lines.length, getScrollElement: () => scroller.current, estimateSize: () => LINE, overscan: 24 })

  useLayoutEffect(() => {
    if (marked >= 0) rows.scrollToIndex(marked, { align: 'center' })
  }, [marked, rows])

  const toggle = (pointer: string) => {
    const next = new Set(folds)
    if (!next.delete(pointer)) next.add(pointer)
    setFolds(next)
  }
  return (
    <div className={styles.view}>
      <div className={styles.copy}><Copy value={() => JSON.stringify(value, null, 2)} label={text.common.copyJson} /></div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard */}
      <div ref={scroller} className={styles.scroll} style={{ maxHeight: height }} tabIndex={0} role="region" aria-label={label}>
        <div className={styles.lines} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => (
            <div key={row.key} className={cx(styles.line, row.index === marked && styles.marked)} style={{ transform: `translateY(${row.start}px)` }}>
              <Line line={lines[row.index]!} onToggle={toggle} />
            </div>
          ))}
        </div>
      </div>
    </div>
  )
}

function Line({ line, onToggle }: { line: JsonLine; onToggle: (pointer: string) => void }) {
  const { part } = line
  const foldable = part.kind === 'open' || (part.kind === 'folded' && part.size > 0)
  const Chevron = part.kind === 'open' ? ChevronDown : ChevronRight
  return (
    <span style={{ paddingLeft: line.depth * 14 + 18 }} className={styles.content}>
      {foldable && (
        <button type="button" className={styles.fold} tabIndex={-1} style={{ left: line.depth * 14 + 2 }} aria-label={text.common.fold} onClick={() => onToggle(line.pointer)}>
          <Chevron size={12} aria-hidden />
        </button>
      )}
      {line.name !== null && <><span className={styles.key}>{JSON.stringify(line.name)}</span><span className={styles.punct}>: </span></>}
      {part.kind === 'scalar' && <Scalar value={part.value} />}
      {part.kind === 'folded' && <Folded brackets={part.brackets} size={part.size} onOpen={() => onToggle(line.pointer)} />}
      {(part.kind === 'open' || part.kind === 'close') && <span className={styles.punct}>{part.bracket}</span>}
      {line.comma && <span className={styles.punct}>,</span>}
    </span>
  )
}

function Folded({ brackets, size, onOpen }: { brackets: string; size: number; onOpen: () => void }) {
  if (size === 0) return <span className={styles.punct}>{brackets}</span>
  return (
    <button type="button" className={styles.folded} tabIndex={-1} onClick={onOpen}>
      {brackets[0]} {text.common.items(size)} {brackets[1]}
    </button>
  )
}

/** One JSON scalar in its colour; masks look like masks. */
export function Scalar({ value }: { value: null | boolean | number | string }) {
  if (typeof value === 'string') {
    return <span className={cx(styles.string, value.startsWith('[masked:') && styles.masked)}>{JSON.stringify(value)}</span>
  }
  return <span className={typeof value === 'number' ? styles.number : styles.word}>{String(value)}</span>
}
