/** The overview's figures, from the statistics. */
import type { ErrorClass, Outcome, RunStatus, Stats } from '../../api/types'

const HOURS: Record<string, number> = { '1h': 1, '24h': 24, '7d': 168, '30d': 720 }
const MINUTE = 60_000

/** When a range began, to the minute, so that the query's key stays the same for a while. */
export function fromOf(range: string, now = Date.now()): string {
  const hours = HOURS[range] ?? 24
  return new Date(Math.floor(now / MINUTE) * MINUTE - hours * 3_600_000).toISOString()
}

export type Figures = { runs: number; failed: number; written: number; success: number | null }

/** Runs, failures, records written, and the share of runs with work that succeeded. */
export function figures({ runs, records }: Stats): Figures {
  const of = (status: RunStatus) => runs.by_status[status] ?? 0
  const failed = of('failed') + of('partly_failed')
  const worked = of('succeeded') + failed
  const total = Object.values(runs.by_status).reduce((sum, count) => sum + count, 0)
  const written = (records.by_outcome.created ?? 0) + (records.by_outcome.updated ?? 0)
  return { runs: total, failed, written, success: worked === 0 ? null : of('succeeded') / worked }
}

/** `99.4 %`; never rounded up to 100. */
export function percent(share: number | null): string {
  if (share === null) return '–'
  const value = share * 100
  return value === 100 ? '100 %' : `${Math.min(99.9, value).toFixed(1)} %`
}

/** Classes or outcomes with their counts, largest first, with the share of the largest. */
export function ranked<K extends ErrorClass | Outcome>(counts: Partial<Record<K, number>>): { name: K; count: number; share: number }[] {
  const entries = (Object.entries(counts) as [K, number][]).filter(([, count]) => count > 0)
  const top = Math.max(1, ...entries.map(([, count]) => count))
  return entries.toSorted((a, b) => b[1] - a[1]).map(([name, count]) => ({ name, count, share: count / top }))
}

export type Bar = { at: string; until: string; succeeded: number; failed: number; empty: number; title: { succeeded: number; failed: number; nothing_to_do: number } }

/** Stacked bars, as shares of the highest one. */
export function bars(series: Stats['series'], end: number): Bar[] {
  const top = Math.max(1, ...series.map((one) => one.succeeded + one.failed + one.nothing_to_do))
  return series.map((one, index) => ({
    at: one.at,
    until: series[index + 1]?.at ?? new Date(end).toISOString(),
    succeeded: one.succeeded / top,
    failed: one.failed / top,
    empty: one.nothing_to_do / top,
    title: { succeeded: one.succeeded, failed: one.failed, nothing_to_do: one.nothing_to_do },
  }))
}
