/** Filters in the address, rows of the list: what Troubleshooting shows, as pure functions. */
import type { Run, RunFilter } from '../../api/types'
import { dayName } from '../../lib/format'

export const FILTER_NAMES = ['integration', 'action', 'status', 'error_class', 'error_code', 'trigger', 'range', 'from', 'to', 'record', 'min_duration_ms'] as const
type FilterName = (typeof FILTER_NAMES)[number]

/** What the address of Troubleshooting may say: filters, and what to show inside an open phase. */
export type TroubleSearch = { [N in FilterName]?: string } & {
  /** Exchange, pointer and record to show in the open phase; the way of showing it. */
  x?: string
  at?: string
  rec?: string
  view?: string
}

const NAMES = [...FILTER_NAMES, 'x', 'at', 'rec', 'view'] as const

export function readSearch(search: Record<string, unknown>): TroubleSearch {
  const known = NAMES.filter((name) => typeof search[name] === 'string' && search[name] !== '')
  return Object.fromEntries(known.map((name) => [name, search[name]])) as TroubleSearch
}

/** Only the filters: what stays when another run or phase is opened. */
export const filtersOf = (search: TroubleSearch): TroubleSearch => ({ ...search, x: undefined, at: undefined, rec: undefined, view: undefined })

export const isFiltered = (search: TroubleSearch) => FILTER_NAMES.some((name) => search[name] !== undefined)

/** The statuses that somebody who looks for trouble wants to see. */
export const PROBLEMS = 'failed,partly_failed'

const RANGES: Record<string, number> = { '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000, '30d': 2_592_000_000 }

/** The query of the API for an address; a relative range counts back from `now`. */
export function toFilter(search: TroubleSearch, now = Date.now()): RunFilter {
  const { integration, action, status, error_class, error_code, trigger, range, from, to, record, min_duration_ms } = search
  const back = range ? RANGES[range] : undefined
  const filter: RunFilter = {
    integration, action, status, error_class, error_code, trigger, to, record: record?.trim() || undefined,
    from: back ? new Date(now - back).toISOString() : from,
    min_duration_ms: min_duration_ms && /^\d+$/.test(min_duration_ms) ? Number(min_duration_ms) : undefined,
  }
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
}

export type Row =
  | { kind: 'day'; key: string; name: string }
  | { kind: 'run'; key: string; run: Run }
  | { kind: 'fold'; key: string; runs: Run[]; open: boolean }

const FOLD_FROM = 2

/** The list's rows: a heading per day, and polls that found nothing folded into one row until opened. */
export function toRows(runs: Run[], open: ReadonlySet<string>, folding = true, now = new Date()): Row[] {
  const rows: Row[] = []
  let day = ''
  let empty: Run[] = []
  const flush = () => {
    if (empty.length < FOLD_FROM) rows.push(...empty.map(runRow))
    else {
      // A fold grows at both ends, so an opened one is known by any run that it held when it was opened.
      const opened = empty.find((run) => open.has(foldKey(run)))
      rows.push({ kind: 'fold', key: foldKey(opened ?? empty.at(-1)!), runs: empty, open: opened !== undefined })
      if (opened) rows.push(...empty.map(runRow))
    }
    empty = []
  }
  for (const run of runs) {
    const name = dayName(startOf(run), now)
    if (name !== day) {
      flush()
      day = name
      rows.push({ kind: 'day', key: `day ${name}`, name })
    }
    if (folding && run.status === 'nothing_to_do') empty.push(run)
    else {
      flush()
      rows.push(runRow(run))
    }
  }
  flush()
  return rows
}

const foldKey = (run: Run) => `fold ${run.id}`
const runRow = (run: Run): Row => ({ kind: 'run', key: run.id, run })

/** When a run began, or was asked for. */
export const startOf = (run: Run) => run.started_at ?? run.queued_at

/** The row to go to from `index`, skipping headings; the same one at the ends. */
export function step(rows: Row[], index: number, by: 1 | -1): number {
  for (let next = index + by; next >= 0 && next < rows.length; next += by) {
    if (rows[next]?.kind !== 'day') return next
  }
  return index
}
