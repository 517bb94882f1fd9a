import { describe, expect, it } from 'vitest'
import type { Exchange } from '../../api/types'
import { choose, jsonOf, segments, shortUrl, waterfall } from './model'

const exchange = (id: string, status: number | null, more: Partial<Exchange> = {}): Exchange => ({
  id, at: '2026-11-22T10:00:00.000Z', attempt: 1, request: { method: 'GET', url: 'http://x/', headers: [], body: null },
  response: status === null ? null : { status, http_version: 'HTTP/1.1', headers: [], body: null },
  error: null, timings: { dns_ms: 1, connect_ms: 2, tls_ms: null, first_byte_ms: 30, total_ms: 40 }, remote_address: null, ...more,
})

describe('the stages of an exchange', () => {
  it('follow one another and end with the download', () => {
    expect(segments(exchange('e1', 200).timings)).toEqual([
      { name: 'dns_ms', from: 0, ms: 1 }, { name: 'connect_ms', from: 1, ms: 2 }, { name: 'first_byte_ms', from: 3, ms: 30 }, { name: 'download', from: 33, ms: 7 },
    ])
  })
})

it('puts exchanges on one time axis', () => {
  const { bars, width } = waterfall([exchange('e1', 200), exchange('e2', 200, { at: '2026-11-22T10:00:01.000Z' })])
  expect(bars.map((bar) => bar.from)).toEqual([0, 1000])
  expect(width).toBe(1040)
})

describe('the exchange to open first', () => {
  const list = [exchange('e1', 200), exchange('e2', 422), exchange('e3', 201, { record: 'r3' })]
  it.each([['e1', undefined, 'e1'], [undefined, 'r3', 'e3'], [undefined, undefined, 'e2'], ['gone', undefined, 'e2']])(
    'asked for %s and record %s it is %s', (id, record, found) => expect(choose(list, id, record)?.id).toBe(found))
})

it('reads JSON bodies only', () => {
  const body = { content_type: 'application/json', size: 9, sha256: null, truncated: false }
  expect(jsonOf({ ...body, text: '{"a":1}' })).toEqual({ a: 1 })
  expect(jsonOf({ ...body, text: '<html>' })).toBeUndefined()
})

it('shortens URLs', () => expect(shortUrl('https://desk/a?b=1')).toEqual({ path: '/a', query: '?b=1', host: 'desk' }))
