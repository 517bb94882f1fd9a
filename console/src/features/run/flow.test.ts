import { describe, expect, it } from 'vitest'
import type { RunDetail, RunStatus, Side } from '../../api/types'
import { flowOf } from './flow'

const run = (status: RunStatus, side?: Side) =>
  ({
    status,
    error: side ? { side } : null,
    records: { read: 3, created: 1, updated: 1, unchanged: 0, skipped: 0, filtered: 1, failed: 0, in_doubt: 0 },
    phases: [{ phase: 'extract_http', duration_ms: 40 }, { phase: 'extract', duration_ms: 2 }],
  }) as unknown as RunDetail
const states = (of: RunDetail) => flowOf(of).map((step) => step.state)

describe('the way from source to target', () => {
  it('is done when all went well', () => expect(states(run('succeeded'))).toEqual(['done', 'done', 'done']))
  it('stops at the side that failed', () => {
    expect(states(run('failed', 'source'))).toEqual(['failed', 'idle', 'idle'])
    expect(states(run('failed', 'mapping'))).toEqual(['done', 'failed', 'idle'])
    expect(states(run('failed', 'target'))).toEqual(['done', 'done', 'failed'])
  })
  it('goes on when only some records failed', () => expect(states(run('partly_failed', 'mapping'))).toEqual(['done', 'partly', 'done']))
  it('counts what each step handled, and times it', () => {
    expect(flowOf(run('succeeded')).map((step) => [step.count, step.ms])).toEqual([[3, 40], [2, null], [2, null]])
  })
})
