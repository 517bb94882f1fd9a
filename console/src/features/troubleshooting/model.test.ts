import { describe, expect, it } from 'vitest'
import type { Run, RunStatus } from '../../api/types'
import { readSearch, step, toFilter, toRows } from './model'

const NOW = new Date('2026-11-22T12:00:00')
const run = (id: string, status: RunStatus, at = '2026-11-22T11:00:00') => ({ id, status, started_at: at, queued_at: at }) as Run
const shape = (runs: Run[], open: string[] = []) =>
  toRows(runs, new Set(open), true, NOW).map((row) => (row.kind === 'fold' ? `fold:${row.runs.length}` : row.kind === 'day' ? row.name : row.run.id))

describe('the rows of the list', () => {
  it('folds neighbouring polls that found nothing, never a single one', () => {
    const runs = [run('a', 'failed'), run('b', 'nothing_to_do'), run('c', 'nothing_to_do'), run('d', 'succeeded'), run('e', 'nothing_to_do')]
    expect(shape(runs)).toEqual(['Today', 'a', 'fold:2', 'd', 'e'])
  })
  it('shows the runs of an opened fold', () => {
    expect(shape([run('b', 'nothing_to_do'), run('c', 'nothing_to_do')], ['fold c'])).toEqual(['Today', 'fold:2', 'b', 'c'])
  })
  it('keeps a fold open when it grows at either end', () => {
    const runs = ['a', 'b', 'c', 'd'].map((id) => run(id, 'nothing_to_do'))
    expect(shape(runs, ['fold b'])).toEqual(['Today', 'fold:4', 'a', 'b', 'c', 'd'])
  })
  it('does not fold what was asked for', () => {
    const rows = toRows([run('b', 'nothing_to_do'), run('c', 'nothing_to_do')], new Set(), false, NOW)
    expect(rows.map((row) => row.kind)).toEqual(['day', 'run', 'run'])
  })
  it('does not fold across days', () => {
    const runs = [run('a', 'nothing_to_do'), run('b', 'nothing_to_do'), run('c', 'nothing_to_do', '2026-11-21T23:59:00')]
    expect(shape(runs)).toEqual(['Today', 'fold:2', 'Yesterday', 'c'])
  })
  it('steps over headings and stops at the ends', () => {
    const rows = toRows([run('a', 'failed'), run('b', 'failed', '2026-11-21T10:00:00')], new Set(), true, NOW)
    expect([step(rows, -1, 1), step(rows, 1, 1), step(rows, 3, 1), step(rows, 1, -1)]).toEqual([1, 3, 3, 1])
  })
})

describe('filters in the address', () => {
  it('turns a range into a time', () => {
    expect(toFilter({ range: '1h', record: ' #4711 ' }, NOW.getTime())).toEqual({
      from: new Date(NOW.getTime() - 3_600_000).toISOString(), record: '#4711',
    })
  })
  it('ignores what it does not know', () => {
    expect(readSearch({ status: 'failed', evil: 'x', record: '' })).toEqual({ status: 'failed' })
    expect(toFilter({ min_duration_ms: 'soon' }, 0)).toEqual({})
  })
})
