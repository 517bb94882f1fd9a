import { describe, expect, it } from 'vitest'
import type { Integration } from '../../api/types'
import { byLine, example, format, hasUnpublished, lineAt, parseDocument } from './model'

it('knows a draft that does not run yet', () => {
  const of = (draft_revision: number | null, published_revision: number | null) => hasUnpublished({ draft_revision, published_revision } as Integration)
  expect([of(3, 2), of(2, 2), of(null, 2), of(1, null)]).toEqual([true, false, false, true])
})

describe('the editor text', () => {
  it.each(['', '[]', '{"a":', '5'])('%s is not a document', (text) => expect(parseDocument(text).ok).toBe(false))
  it('is a document when it is a JSON object', () => expect(parseDocument(format(example([])))).toMatchObject({ ok: true }))
  it('stands in the order of reading, and loses nothing', () => {
    const kept = { actions: [{ map: [{ copy: 'a', target: 'b' }], key: 'k' }], own: 1, name: 'n' }
    expect(format(kept).replaceAll(/\s/g, '')).toBe('{"name":"n","actions":[{"key":"k","map":[{"target":"b","copy":"a"}]}],"own":1}')
    expect(JSON.parse(format(kept))).toEqual(kept)
  })
  it('has lines', () => expect(lineAt('a\nb\nc', 4)).toBe(3))
})

it('orders faults as they stand in the text', () => {
  const faults = ['/b', '/a'].map((pointer) => ({ pointer, code: 'x', detail: '' }))
  expect(byLine(faults, (pointer) => (pointer === '/a' ? 1 : 9)).map((one) => one.fault.pointer)).toEqual(['/a', '/b'])
})
