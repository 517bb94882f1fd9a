/** Settings: what is changed, what is the default, when a collection ends. */
import type { RetentionClass, Settings, SettingsValues } from '../../api/types'

export type SettingName = 'capture.http' | 'capture.payload' | 'retention.status' | 'retention.payload' | 'retention.http'
type Value = string | boolean | null

export const RETENTIONS: RetentionClass[] = ['1d', '7d', '30d', '90d', '400d']
export type RetentionName = keyof SettingsValues['retention']

/** Only what PUT takes: the settings without their defaults. */
export const valuesOf = ({ capture, retention }: SettingsValues): SettingsValues => ({ capture, retention })

export function valueOf(settings: SettingsValues, name: SettingName): Value {
  const [group, key] = name.split('.') as ['capture' | 'retention', string]
  return (settings[group] as Record<string, Value>)[key] ?? null
}

/** Whether a setting is what it would be if nobody had changed it; an end of collection counts as a change. */
export function isDefault(settings: Settings, name: SettingName): boolean {
  if (name === 'capture.http' && settings.capture.http_until !== settings.defaults.capture.http_until) return false
  return valueOf(settings, name) === valueOf(settings.defaults, name)
}

/** The settings with one of them as it was before anybody changed it. */
export function restored(settings: Settings, name: SettingName): SettingsValues {
  const { capture, retention } = valuesOf(settings)
  const { defaults } = settings
  if (name === 'capture.http') return { capture: { ...capture, http: defaults.capture.http, http_until: defaults.capture.http_until }, retention }
  if (name === 'capture.payload') return { capture: { ...capture, payload: defaults.capture.payload }, retention }
  const key = name.split('.')[1] as RetentionName
  return { capture, retention: { ...retention, [key]: defaults.retention[key] } }
}

const SPANS: Record<string, number> = { '1h': 3_600_000, '4h': 14_400_000, '24h': 86_400_000, '7d': 604_800_000 }

/** When a collection that starts now ends; null for no end. */
export const untilOf = (span: string, now: number): string | null => {
  const ms = SPANS[span]
  return ms === undefined ? null : new Date(now + ms).toISOString()
}
