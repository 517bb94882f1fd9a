import { Check, Minus, TriangleAlert, X } from 'lucide-react'
import type { RunDetail } from '../../api/types'
import { Dot } from '../../kit/Badge'
import { cx } from '../../kit/cx'
import { duration } from '../../lib/format'
import { text } from '../../text'
import { flowOf, type FlowStep, type StepState } from './flow'
import type { ShowPhase } from './PhaseView'
import styles from './FlowStrip.module.css'
import { useSides } from './useSides'

/** Source → mapping → target, with the failing side marked; each step opens its tab. */
export function FlowStrip({ run, onShow }: { run: RunDetail; onShow: ShowPhase }) {
  const sides = useSides(run)
  return (
    <ol className={styles.flow}>
      {flowOf(run).map((step) => (
        <li key={step.side} className={cx(styles.step, styles[step.state])}>
          <button type="button" onClick={() => onShow(step.phase)}>
            <span className={styles.mark}><Mark state={step.state} /></span>
            <span className={styles.name}>{text.runs.side[step.side]}{sides[step.side] && <small>{sides[step.side]}</small>}</span>
            <span className={styles.what}>{describe(step)}{step.ms !== null && <span> · {duration(step.ms)}</span>}</span>
          </button>
        </li>
      ))}
    </ol>
  )
}

function Mark({ state }: { state: StepState }) {
  if (state === 'waiting') return <Dot tone="live" pulse />
  const Icon = { done: Check, failed: X, partly: TriangleAlert, idle: Minus }[state]
  return <Icon size={12} strokeWidth={3} aria-hidden />
}

function describe({ side, state, count }: FlowStep): string {
  const words = text.runs.flow
  if (state === 'idle') return words.notReached
  if (state === 'waiting') return words.waiting
  return { source: words.read, mapping: words.mapped, target: words.written, throughline: words.read }[side](count ?? 0)
}
