import { describe, expect, it } from 'vitest'
import type { Stats } from '../../api/types'
import { bars, figures, fromOf, percent, ranked } from './model'

const stats = {
  runs: { by_status: { succeeded: 90, failed: 8, partly_failed: 2, nothing_to_do: 300 }, by_error_class: {} },
  records: { by_outcome: { created: 40, updated: 30, failed: 9 } }, per_integration: [], series: [],
} satisfies Stats

describe('the figures', () => {
  it('count polls that found nothing as runs, but not as successes', () => {
    expect(figures(stats)).toEqual({ runs: 400, failed: 10, written: 70, success: 0.9 })
  })
  it('never round a failure away', () => expect([percent(0.9999), percent(1), percent(null)]).toEqual(['99.9%', '100%', '–']))
})

it('ranks by count', () => expect(ranked({ mapping: 2, internal: 0, connectivity: 8 }).map((one) => [one.name, one.share])).toEqual([['connectivity', 1], ['mapping', 0.25]]))

describe('the bars', () => {
  const at = (hour: number, succeeded: number, failed = 0) => ({ at: `2026-11-22T${String(hour).padStart(2, '0')}:15:00Z`, succeeded, failed, nothing_to_do: 0 })
  it('cover the whole range, with what happened in its place', () => {
    const made = bars([at(0, 3, 1), at(23, 2)], '24h', '2026-11-22T00:00:00.000Z')
    expect(made).toHaveLength(48)
    expect(made[0]).toMatchObject({ at: '2026-11-22T00:00:00.000Z', until: '2026-11-22T00:30:00.000Z', succeeded: 0.75, failed: 0.25 })
    expect(made.filter((bar) => bar.succeeded > 0).map((bar) => bar.at)).toEqual(['2026-11-22T00:00:00.000Z', '2026-11-22T23:00:00.000Z'])
  })
  it('lose no run that happened while the minute was not over', () => {
    expect(bars([at(0, 1)], '1h', '2026-11-21T23:15:00.000Z').at(-1)?.title.succeeded).toBe(1)
  })
})

it('begins on the minute', () => expect(fromOf('1h', 3_600_000 + 90_500)).toBe('1970-01-01T00:01:00.000Z'))
