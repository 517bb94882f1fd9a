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

/** `99.4%`; never rounded up to 100. */
export function percent(share: number | null): string {
  if (share === null) return '–'
  const value = share * 100
  return value === 100 ? '100%' : `${Math.min(99.9, value).toFixed(1)}%`
}

/** Classes or outcomes with their counts, largest first, with the share of the largest. */
export function ranked<K extends ErrorClass | Outcome>(counts: Partial<Record<K, number>>): { name: K; count: number; share: number }[] {
  const entries = (Object.entries(counts) as [K, number][]).filter(([, count]) => count > 0)
  const top = Math.max(1, ...entries.map(([, count]) => count))
  return entries.toSorted((a, b) => b[1] - a[1]).map(([name, count]) => ({ name, count, share: count / top }))
}

export type Bar = { at: string; until: string; succeeded: number; failed: number; empty: number; title: { succeeded: number; failed: number; nothing_to_do: number } }

/** The width of a bar; each is a whole number of the gateway's own steps for that range. */
const STEPS: Record<string, number> = { '1h': MINUTE, '24h': 30 * MINUTE, '7d': 180 * MINUTE, '30d': 720 * MINUTE }

/** Stacked bars over the whole range, as shares of the highest one; times without runs are bars of nothing. */
export function bars(series: Stats['series'], range: string, from: string): Bar[] {
  const step = STEPS[range] ?? STEPS['24h']!
  const start = Date.parse(from)
  const slots = Array.from({ length: ((HOURS[range] ?? 24) * 60 * MINUTE) / step }, () => ({ succeeded: 0, failed: 0, nothing_to_do: 0 }))
  for (const { at, succeeded, failed, nothing_to_do } of series) {
    const slot = slots[Math.min(slots.length - 1, Math.max(0, Math.floor((Date.parse(at) - start) / step)))]!
    slot.succeeded += succeeded
    slot.failed += failed
    slot.nothing_to_do += nothing_to_do
  }
  const top = Math.max(1, ...slots.map((one) => one.succeeded + one.failed + one.nothing_to_do))
  const time = (slot: number) => new Date(start + slot * step).toISOString()
  return slots.map((one, slot) => ({
    at: time(slot), until: time(slot + 1), succeeded: one.succeeded / top, failed: one.failed / top, empty: one.nothing_to_do / top, title: one,
  }))
}
