import { describe, expect, it } from 'vitest'
import { mergeHead } from './runPages'
import type { List, Run } from './types'

const page = (ids: string, next: string | null = 'more'): List<Run> => ({
  items: [...ids].map((id) => ({ id }) as Run),
  next_cursor: next,
})
const merged = (have: string[], head: List<Run>) => {
  const { pages } = mergeHead({ pages: have.map((ids) => page(ids)), pageParams: have.map(() => undefined) }, head)
  return pages.map((one) => one.items.map((run) => run.id).join(''))
}

describe('merging the newest page of runs', () => {
  it('adds new runs in front and keeps what is older', () => expect(merged(['cba', 'zy'], page('edcb'))).toEqual(['edcba', 'zy']))
  it('drops a run that no longer matches', () => expect(merged(['cba'], page('dca'))).toEqual(['dca']))
  it('starts over when nothing overlaps', () => expect(merged(['cba', 'zy'], page('hgf'))).toEqual(['hgf']))
  it('starts over when the newest page is all there is', () => expect(merged(['cba'], page('b', null))).toEqual(['b']))
})
