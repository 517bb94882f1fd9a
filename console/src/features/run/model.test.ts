import { describe, expect, it } from 'vitest'
import type { RecordCounts } from '../../api/types'
import { ApiError, toProblem } from '../../api/problem'
import { awaited, evidenceTarget, httpTone, inBrief, summary, withoutRecord } from './model'

const counts = (some: Partial<RecordCounts>): RecordCounts => ({
  read: 0, created: 0, updated: 0, unchanged: 0, skipped: 0, filtered: 0, failed: 0, in_doubt: 0, ...some,
})

describe('the sentence that says what happened', () => {
  it('tells what was read and what became of it', () => {
    expect(summary({ status: 'partly_failed', records: counts({ read: 4, created: 2, filtered: 1, failed: 1 }) })).toBe(
      'Read 4 records: 2 created, 1 filtered out, 1 failed.',
    )
  })
  it('is brief in a list', () => {
    expect(inBrief({ status: 'succeeded', records: counts({ read: 2, created: 1, filtered: 1 }) })).toBe('1 created, 1 filtered out')
    expect(inBrief({ status: 'running', records: counts({}) })).toBe('Running now; phases appear as they end.')
  })
  it('tells that nothing was written', () => {
    expect(summary({ status: 'failed', records: counts({ read: 1 }) })).toBe('Read 1 record: nothing was written.')
  })
  it('tells that there was nothing to do', () => {
    expect(summary({ status: 'nothing_to_do', records: counts({}) })).toBe('The source had nothing new.')
  })
})

describe('the place of the evidence', () => {
  it('names the tab and what to show in it', () => {
    expect(evidenceTarget({ phase: 'load_http', exchange: 'e2', pointer: '/errors/0' })).toEqual({
      phase: 'load_http', search: { x: 'e2', at: '/errors/0', rec: undefined },
    })
    expect(evidenceTarget({ pointer: '/x' })).toBeNull()
  })
})

it.each([[201, 'ok'], [302, 'live'], [429, 'warn'], [503, 'bad'], [null, 'bad']])('status %s is %s', (status, tone) =>
  expect(httpTone(status)).toBe(tone))

it('does not name a record twice', () => {
  expect(withoutRecord('Record ALR-1: the desk refused it', 'ALR-1')).toBe('The desk refused it')
  expect(withoutRecord('Record ALR-1, field due: not a date', 'ALR-1')).toBe('Field due: not a date')
  expect(withoutRecord('Record ALR-12: refused', 'ALR-1')).toBe('Record ALR-12: refused')
})

describe('a run that is not found', () => {
  const id = '01a20480-ead1-7bf1-9e49-0ae45867d8a2'
  const accepted = 0x01a20480ead1
  const missing = new ApiError(toProblem(404, null))
  it('is awaited while it is young', () => expect(awaited(id, missing, accepted + 5_000)).toBe(true))
  it('is gone when it is old, or when something else is wrong', () => {
    expect(awaited(id, missing, accepted + 3_600_000)).toBe(false)
    expect(awaited(id, new ApiError(toProblem(500, null)), accepted)).toBe(false)
    expect(awaited(id, null, accepted)).toBe(false)
  })
})
