/** Forms made from a connector's JSON Schemas. */
import type { FieldSpec, FormSchema, Json, JsonObject, System, SystemInput } from '../../api/types'
import type { Tone } from '../../kit/Badge'

export const STATE_TONE: Record<System['state'], Tone> = { ok: 'ok', failing: 'bad', paused: 'warn', untested: 'quiet' }

export type FieldKind = 'text' | 'number' | 'boolean' | 'choice' | 'lines' | 'json'
export type FormField = { name: string; spec: FieldSpec; kind: FieldKind; required: boolean }

/** The fields of a form, required ones first. */
export function fieldsOf(schema: FormSchema): FormField[] {
  const required = new Set(schema.required)
  const fields = Object.entries(schema.properties ?? {}).map(([name, spec]) => ({ name, spec, kind: kindOf(spec), required: required.has(name) }))
  return fields.toSorted((a, b) => Number(b.required) - Number(a.required))
}

function kindOf(spec: FieldSpec): FieldKind {
  const type = Array.isArray(spec.type) ? spec.type.find((one) => one !== 'null') : spec.type
  if (spec.enum) return 'choice'
  if (type === 'boolean') return 'boolean'
  if (type === 'number' || type === 'integer') return 'number'
  if (type === 'array' && spec.items?.type === 'string') return 'lines'
  return type === 'object' || type === 'array' ? 'json' : 'text'
}

/** Which fields still miss something: name → true. */
export function missingIn(schema: FormSchema, values: JsonObject): string[] {
  return (schema.required ?? []).filter((name) => values[name] === undefined || values[name] === '' || values[name] === null)
}

/** A value as the control shows it, and back. */
export const toText = (kind: FieldKind, value: Json | undefined): string => {
  if (value === undefined || value === null) return ''
  if (kind === 'lines' && Array.isArray(value)) return value.join('\n')
  return kind === 'json' ? JSON.stringify(value, null, 2) : String(value)
}

export function fromText(kind: FieldKind, text: string): Json | undefined {
  if (text.trim() === '') return undefined
  if (kind === 'number') return Number.isFinite(Number(text)) ? Number(text) : text
  if (kind === 'lines') return text.split('\n').map((line) => line.trim()).filter((line) => line !== '')
  if (kind !== 'json') return text
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

/** The settings with one changed; an emptied one is left out. */
export function withSetting(settings: JsonObject, name: string, value: Json | undefined): JsonObject {
  const { [name]: _, ...rest } = settings
  return value === undefined ? rest : { ...rest, [name]: value }
}

/** Only secrets that were typed are sent: the others keep what they are. */
export function credentialsToSend(typed: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== ''))
}

/** The settings that a schema gives by itself. */
export function defaultsOf(schema: FormSchema): JsonObject {
  const entries = Object.entries(schema.properties ?? {}).filter(([, spec]) => spec.default !== undefined)
  return Object.fromEntries(entries.map(([name, spec]) => [name, spec.default as Json]))
}

/** What is wrong before anything is sent; empty when nothing is. */
export function faultsOf(input: SystemInput, settings: FormSchema, credentials: FormSchema, alreadySet: string[]): Set<string> {
  const faults = new Set(missingIn(settings, input.settings).map((name) => `settings.${name}`))
  const known: JsonObject = { ...Object.fromEntries(alreadySet.map((name) => [name, 'set'])), ...input.credentials }
  for (const name of missingIn(credentials, known)) faults.add(`credentials.${name}`)
  if (input.name.trim() === '') faults.add('name')
  if (!/^https?:\/\/\S+$/.test(input.base_url)) faults.add('base_url')
  return faults
}
