import { CircleCheck } from 'lucide-react'
import type { Fault } from '../../api/types'
import { locate } from '../../lib/pointer'
import { Prose } from '../../kit/Prose'
import { text } from '../../text'
import styles from './Editor.module.css'
import { byLine, lineAt } from './model'

const words = text.integrations.editor

type FaultListProps = { text: string; faults: Fault[]; malformed: boolean; onReveal: (pointer: string) => void }

/** The faults in the order of the text; each leads to its line. */
export function FaultList({ text: source, faults, malformed, onReveal }: FaultListProps) {
  const lineOf = (pointer: string) => lineAt(source, locate(source, pointer)?.from ?? 0)
  return (
    <aside className={styles.faults}>
      <h2>{words.faultsTitle}</h2>
      <p className="dim">{malformed ? words.malformed : words.faultsLead}</p>
      {!malformed && faults.length === 0 && <p className={styles.fine}><CircleCheck size={14} aria-hidden />{words.valid}</p>}
      <ul>
        {byLine(faults, lineOf).map(({ fault, line }) => (
          <li key={`${fault.pointer} ${fault.code}`}>
            <button type="button" onClick={() => onReveal(fault.pointer)}>
              <span className={styles.line}>{line}</span>
              <span><Prose text={fault.detail} /><code className={styles.pointer}>{fault.pointer || '/'}</code></span>
            </button>
          </li>
        ))}
      </ul>
    </aside>
  )
}
