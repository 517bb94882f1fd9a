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
  it('never round a failure away', () => expect([percent(0.9999), percent(1), percent(null)]).toEqual(['99.9 %', '100 %', '–']))
})

it('ranks by count', () => expect(ranked({ mapping: 2, internal: 0, connectivity: 8 }).map((one) => [one.name, one.share])).toEqual([['connectivity', 1], ['mapping', 0.25]]))

it('makes bars that end where the next begins', () => {
  const made = bars([{ at: 'a', succeeded: 1, failed: 1, nothing_to_do: 2 }, { at: 'b', succeeded: 1, failed: 0, nothing_to_do: 0 }], 0)
  expect(made.map((bar) => [bar.until, bar.succeeded])).toEqual([['b', 0.25], ['1970-01-01T00:00:00.000Z', 0.25]])
})

it('begins on the minute', () => expect(fromOf('1h', 3_600_000 + 90_500)).toBe('1970-01-01T00:01:00.000Z'))
