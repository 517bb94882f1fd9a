import { useState, type ReactNode } from 'react'
import { text } from '../../text'
import { cx } from '../../kit/cx'
import styles from './Records.module.css'

type PickerProps<R> = { records: R[]; keyOf: (record: R) => string; renderMark?: (record: R) => ReactNode; chosen?: string | undefined; children: (record: R) => ReactNode }

/** Records at the left, one of them at the right; a single record stands alone. */
export function RecordPicker<R>({ records, keyOf, renderMark, chosen, children }: PickerProps<R>) {
  const [picked, setPicked] = useState(chosen)
  const current = records.find((record) => keyOf(record) === picked) ?? records[0]
  if (!current) return null
  if (records.length === 1) return <>{children(current)}</>
  return (
    <div className={styles.holder}><div className={styles.picker}>
      <ul className={styles.keys} aria-label={text.runs.extract.choose}>
        {records.map((record) => (
          <li key={keyOf(record)}>
            <button type="button" className={cx(styles.key, 'mono')} aria-current={record === current ? 'true' : undefined} onClick={() => setPicked(keyOf(record))}>
              <span className="truncate">{keyOf(record)}</span>{renderMark?.(record)}
            </button>
          </li>
        ))}
      </ul>
      <div className={styles.chosen} key={keyOf(current)}>{children(current)}</div>
    </div></div>
  )
}
