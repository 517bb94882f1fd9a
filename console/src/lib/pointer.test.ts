import { describe, expect, it } from 'vitest'
import { locate, resolve, tokensOf } from './pointer'

const text = JSON.stringify(
  { name: 'a "quoted" {name}', actions: [{ key: 'one', map: [{ target: 'x' }, { target: 'y', constant: 5 }] }], 'a/b~c': true },
  null, 2,
)
const at = (pointer: string) => {
  const range = locate(text, pointer)
  return range && text.slice(range.from, range.to)
}

describe('locating a pointer in a text', () => {
  it('finds scalars, past strings that look like structure', () => {
    expect(at('/actions/0/map/1/target')).toBe('"y"')
    expect(at('/actions/0/map/1/constant')).toBe('5')
    expect(at('/name')).toBe('"a \\"quoted\\" {name}"')
  })
  it('unescapes tokens', () => expect(at('/a~1b~0c')).toBe('true'))
  it('marks the first line of a container', () => expect(at('/actions/0')).toBe('{'))
  it('falls back to the nearest ancestor', () => {
    expect(locate(text, '/actions/0/map/1/from')).toEqual(locate(text, '/actions/0/map/1'))
  })
  it('gives up on a broken text', () => expect(locate('{"a": ', '/a')).toBeNull())
})

describe('following a pointer', () => {
  it('walks objects and arrays', () => {
    expect(resolve(JSON.parse(text), '/actions/0/map/0/target')).toBe('x')
    expect(resolve(JSON.parse(text), '/nothing/here')).toBeUndefined()
  })
  it('reads tokens', () => expect(tokensOf('/a~1b/0')).toEqual(['a/b', '0']))
})
