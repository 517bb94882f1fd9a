import { describe, expect, it } from 'vitest'
import { initialFolds, jsonLines, lineOf } from './jsonLines'

const value = { a: 1, list: [{ deep: { x: true } }, 'two'], none: {} }

describe('a value as lines', () => {
  it('has one line per scalar and two per open container', () => {
    const lines = jsonLines(value, new Set())
    expect(lines.map((line) => line.pointer)).toEqual([
      '', '/a', '/list', '/list/0', '/list/0/deep', '/list/0/deep/x', '/list/0/deep', '/list/0', '/list/1', '/list', '/none', '',
    ])
    expect(lines[1]?.comma).toBe(true)
    expect(lines[10]?.part).toEqual({ kind: 'folded', brackets: '{}', size: 0 })
  })
  it('folds a container into one line with its size', () => {
    const lines = jsonLines(value, new Set(['/list']))
    expect(lines[2]?.part).toEqual({ kind: 'folded', brackets: '[]', size: 2 })
    expect(lines).toHaveLength(5)
  })
})

describe('the first folds', () => {
  it('hide what is deep, but never what is to be shown', () => {
    expect([...initialFolds(value, 1, null)]).toEqual(['/list/0', '/list/0/deep'])
    expect([...initialFolds(value, 1, '/list/0/deep/x')]).toEqual([])
  })
})

describe('finding a line', () => {
  it('falls back to an ancestor', () => {
    const lines = jsonLines(value, new Set(['/list']))
    expect(lineOf(lines, '/list/0/deep')).toBe(2)
    expect(lineOf(lines, '/a')).toBe(1)
  })
})
