/** HTTP exchanges as a network panel shows them. */
import type { Body, Exchange, Json, Timings } from '../../api/types'

export type Segment = { name: string; from: number; ms: number }
const ORDER = ['dns_ms', 'connect_ms', 'tls_ms', 'first_byte_ms'] as const

/** The stages of one exchange after another; what is left of the total is the download. */
export function segments(timings: Timings): Segment[] {
  let from = 0
  const stages: Segment[] = []
  for (const name of ORDER) {
    const ms = timings[name]
    if (ms === null || ms <= 0) continue
    stages.push({ name, from, ms })
    from += ms
  }
  const rest = (timings.total_ms ?? 0) - from
  if (rest > 0) stages.push({ name: 'download', from, ms: rest })
  return stages
}

/** When each exchange began and ended, in milliseconds since the first; and the width of it all. */
export function waterfall(exchanges: Exchange[]): { bars: { from: number; ms: number }[]; width: number } {
  const start = Math.min(...exchanges.map((one) => Date.parse(one.at)))
  const bars = exchanges.map((one) => ({ from: Date.parse(one.at) - start, ms: one.timings.total_ms ?? 0 }))
  return { bars, width: Math.max(1, ...bars.map((bar) => bar.from + bar.ms)) }
}

/** Failed: no answer, or an answer that refuses. */
export const isFailed = (exchange: Exchange) => exchange.response === null || exchange.response.status >= 400

/** The exchange to open first: the asked one, that of the asked record, the last failed one, the first. */
export function choose(exchanges: Exchange[], id?: string, record?: string): Exchange | undefined {
  return (
    exchanges.find((one) => one.id === id) ??
    exchanges.findLast((one) => record !== undefined && one.record === record) ??
    exchanges.findLast(isFailed) ??
    exchanges[0]
  )
}

/** The JSON of a body, or undefined when it is not JSON. */
export function jsonOf(body: Body | null): Json | undefined {
  if (!body?.text) return undefined
  try {
    return JSON.parse(body.text) as Json
  } catch {
    return undefined
  }
}

/** `/issues.json?limit=5` of a URL; the whole text when it is not one. */
export function shortUrl(url: string): { path: string; query: string; host: string } {
  try {
    const parsed = new URL(url)
    return { path: parsed.pathname, query: parsed.search, host: parsed.host }
  } catch {
    return { path: url, query: '', host: '' }
  }
}
