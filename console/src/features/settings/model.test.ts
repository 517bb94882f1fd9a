import { describe, expect, it } from 'vitest'
import type { Settings } from '../../api/types'
import { isDefault, restored, untilOf } from './model'

const defaults = { capture: { http: 'failures' as const, http_until: null, payload: true }, retention: { status: '90d' as const, payload: '30d' as const, http: '7d' as const } }
const settings: Settings = {
  capture: { http: 'all', http_until: '2026-11-22T13:00:00.000Z', payload: true },
  retention: { status: '90d', payload: '7d', http: '7d' },
  defaults,
}

describe('restoring one default', () => {
  it('knows which settings were changed', () => {
    expect([isDefault(settings, 'capture.http'), isDefault(settings, 'capture.payload'), isDefault(settings, 'retention.payload')]).toEqual([false, true, false])
  })
  it('changes that setting only', () => {
    expect(restored(settings, 'capture.http').capture).toEqual(defaults.capture)
    expect(restored(settings, 'retention.payload')).toEqual({ capture: settings.capture, retention: defaults.retention })
  })
})

it('counts the end of a collection from now', () => {
  expect(untilOf('1h', 0)).toBe('1970-01-01T01:00:00.000Z')
  expect(untilOf('', 0)).toBeNull()
})
