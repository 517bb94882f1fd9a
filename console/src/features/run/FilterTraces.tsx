import { Check, X } from 'lucide-react'
import type { ExtractDocument, FilterTrace } from '../../api/types'
import { Card } from '../../kit/Surface'
import { text } from '../../text'
import { brief } from './compare'
import { RecordPicker } from './RecordPicker'
import styles from './Records.module.css'

const words = text.runs.extract

/** Why records were left out: each condition, what it expected, what it saw. */
export const FilterTraces = ({ filtered, chosen }: { filtered: ExtractDocument['filtered']; chosen?: string | undefined }) => (
  <Card title={words.filtered(filtered.length)} hint={words.filteredLead} flush>
    <RecordPicker records={filtered} keyOf={(one) => one.key} chosen={chosen}>
      {(one) => (
        <div className={styles.trace}>
          <p className={styles.meta}><span className="mono">{one.key}</span></p>
          <ul>{one.trace.map((condition) => <Condition key={condition.pointer} trace={condition} />)}</ul>
        </div>
      )}
    </RecordPicker>
  </Card>
)

const Condition = ({ trace }: { trace: FilterTrace }) => (
  <li className={styles.condition} data-passed={trace.passed}>
    {trace.passed ? <Check size={14} aria-hidden /> : <X size={14} aria-hidden />}
    <span className="sr-only">{trace.passed ? words.passed : words.notPassed}:</span>
    <span><code>{trace.field}</code> {text.runs.operators[trace.op] ?? trace.op} <code>{brief(trace.expected)}</code></span>
    <span className={styles.seen}>{words.columns.seen} <code>{brief(trace.seen)}</code></span>
  </li>
)
