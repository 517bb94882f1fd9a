import { describe, expect, it } from 'vitest'
import { ago, bytes, count, dayName, duration, moment } from './format'

describe('durations', () => {
  it.each([
    [null, '–'], [0.4, '<1 ms'], [8, '8 ms'], [1_240, '1.24 s'], [12_340, '12.3 s'], [200_000, '3 min 20 s'],
    [3_600_000, '1 h'], [7_500_000, '2 h 5 min'],
  ])('%s ms is %s', (ms, text) => expect(duration(ms)).toBe(text))
})

describe('sizes', () => {
  it.each([[0, '0 B'], [1023, '1023 B'], [3_482, '3.4 KiB'], [20_480, '20 KiB'], [5 << 20, '5.0 MiB']])(
    '%s bytes is %s', (size, text) => expect(bytes(size)).toBe(text),
  )
})

describe('times', () => {
  const now = new Date('2026-11-22T12:00:00')
  it('counts back and ahead', () => {
    expect(ago('2026-11-22T11:56:00', now.getTime())).toBe('4 min ago')
    expect(ago('2026-11-22T14:00:00', now.getTime())).toBe('in 2 h')
    expect(ago('2026-11-22T11:59:58', now.getTime())).toBe('just now')
  })
  it('names days', () => {
    expect(dayName('2026-11-22T01:00:00', now)).toBe('Today')
    expect(dayName('2026-11-21T23:00:00', now)).toBe('Yesterday')
    expect(dayName('2026-11-20T23:00:00', now)).toBe('Friday 20 November')
  })
  it('shortens other days', () => {
    expect(moment('2026-11-22T01:02:03', now)).toBe('01:02:03')
    expect(moment('2026-11-20T01:02:03', now)).toBe('20 Nov 01:02')
  })
  it('groups thousands', () => expect(count(1234567)).toBe('1,234,567'))
})
