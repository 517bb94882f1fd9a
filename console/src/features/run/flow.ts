/** The way of a run from source to target, as steps of which one may have failed. */
import type { PhaseName, RunDetail, Side } from '../../api/types'

export type StepState = 'done' | 'failed' | 'partly' | 'waiting' | 'idle'
export type FlowStep = { side: Side; phase: PhaseName; state: StepState; count: number | null; ms: number | null }

const STEPS: { side: Side; phase: PhaseName; timed: PhaseName[] }[] = [
  { side: 'source', phase: 'extract', timed: ['extract_http', 'extract'] },
  { side: 'mapping', phase: 'load', timed: ['load'] },
  { side: 'target', phase: 'response', timed: ['load_http'] },
]

/** Source, mapping, target: up to the failing side everything is done, after it nothing is. */
export function flowOf(run: RunDetail): FlowStep[] {
  const broken = STEPS.findIndex((step) => step.side === run.error?.side)
  return STEPS.map((step, index) => ({
    side: step.side,
    phase: step.phase,
    state: stateOf(run, index, broken),
    count: countOf(run, step.side),
    ms: timeOf(run, step.timed),
  }))
}

function stateOf(run: RunDetail, index: number, broken: number): StepState {
  if (run.status === 'queued') return 'waiting'
  if (run.status === 'running') return run.phases.some((p) => p.phase === STEPS[index]!.phase && p.state === 'captured') ? 'done' : 'waiting'
  if (index === broken) return run.status === 'partly_failed' ? 'partly' : 'failed'
  if (run.status === 'nothing_to_do' || run.status === 'cancelled') return index === 0 ? 'done' : 'idle'
  const stopped = broken >= 0 && index > broken && run.status === 'failed'
  return stopped || (run.error?.side === 'throughline' && run.status === 'failed') ? 'idle' : 'done'
}

function countOf(run: RunDetail, side: Side): number | null {
  const { read, created, updated, filtered, failed } = run.records
  if (side === 'source') return read
  if (side === 'mapping') return Math.max(read - filtered - (run.error?.side === 'mapping' ? failed : 0), 0)
  return created + updated
}

function timeOf(run: RunDetail, phases: PhaseName[]): number | null {
  const times = run.phases.filter((one) => phases.includes(one.phase)).map((one) => one.duration_ms)
  const known = times.filter((ms) => ms !== null)
  return known.length > 0 ? Math.max(...known) : null
}
