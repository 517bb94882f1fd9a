/** Extract beside Load: which rule made each target field, and from what. */
import { resolve, tokensOf } from '../../lib/pointer'
import { text } from '../../text'
import type { ExtractedRecord, Json, JsonObject, LoadRecord, RuleTrace } from '../../api/types'

export type ComparedField = { target: string; value: Json | undefined; rule: RuleTrace | null; from: { path: string; value: Json }[]; failed: boolean }

/** One line per target field, in the order of the rules; then fields that no rule names; the rule that failed last. */
export function compareFields(load: LoadRecord, document?: Json, source?: ExtractedRecord): ComparedField[] {
  const ruled = load.rules.map((rule) => ({ target: rule.target, value: fieldAt(load.fields, rule.target) ?? rule.value, rule, from: rule.from, failed: false }))
  const named = new Set(load.rules.map((rule) => rule.target.split('.')[0]))
  const others = Object.entries(load.fields ?? {})
    .filter(([name]) => !named.has(name))
    .map(([target, value]) => ({ target, value, rule: null, from: [], failed: false }))
  return [...ruled, ...others, ...failedRule(load, document, source)]
}

function failedRule(load: LoadRecord, document: Json | undefined, source: ExtractedRecord | undefined): ComparedField[] {
  const { rule: pointer, pointer: seenAt } = load.error?.evidence ?? {}
  if (!pointer || load.rules.some((one) => one.pointer === pointer)) return []
  const target = document === undefined ? undefined : resolve(document, `${pointer}/target`)
  const rule = document === undefined ? undefined : resolve(document, pointer)
  const from = source ? readBy(source, seenAt ? tokensOf(seenAt).join('.') : pathRead(rule)) : []
  const name = typeof target === 'string' ? target : pointer
  return [{ target: name, value: undefined, rule: { target: name, pointer, kind: 'failed', from, value: null }, from, failed: true }]
}

/** The source field that a rule names by its path; templates and expressions name theirs in their text. */
function pathRead(rule: Json | undefined): string | undefined {
  if (rule === null || typeof rule !== 'object' || Array.isArray(rule)) return undefined
  const named = rule['copy'] ?? (rule['value_map'] as JsonObject | undefined)?.['from']
  return typeof named === 'string' ? named : undefined
}

function readBy(source: ExtractedRecord, path: string | undefined): { path: string; value: Json }[] {
  const value = path === undefined ? undefined : fieldAt(source.fields as JsonObject, path)
  return path === undefined ? [] : [{ path, value: value ?? null }]
}

const isObject = (value: Json | undefined): value is JsonObject => value !== null && typeof value === 'object' && !Array.isArray(value)

/** A rule of the document, short: a template as it is written, tables and cases as `this → that`. */
export function ruleText(rule: Json): string {
  if (!isObject(rule)) return brief(rule)
  const { target: _, on: _on, default: _default, optional: _optional, ...kinds } = rule
  const { value_map, conditional } = kinds
  if (isObject(value_map) && isObject(value_map['values'])) return tableText(value_map['values'], value_map['default'])
  if (isObject(conditional) && Array.isArray(conditional['cases'])) return casesText(conditional['cases'], conditional['else'])
  const values = Object.values(kinds)
  return brief(values.length === 1 ? values[0] : kinds)
}

const tableText = (values: JsonObject, otherwise: Json | undefined) =>
  [...Object.entries(values).map(([from, to]) => `${from} → ${brief(to)}`), ...(otherwise === undefined ? [] : [`else ${brief(otherwise)}`])].join(', ')

function casesText(cases: Json[], otherwise: Json | undefined): string {
  const lines = cases.map((one) => (isObject(one) ? `${conditionText(one['when'])} → ${ruleText(one['then'] ?? null)}` : brief(one)))
  return [...lines, ...(otherwise === undefined ? [] : [`else ${ruleText(otherwise)}`])].join(', ')
}

function conditionText(when: Json | undefined): string {
  if (!isObject(when) || typeof when['field'] !== 'string') return brief(when)
  const operator = text.runs.operators[String(when['op'])] ?? String(when['op'])
  return `${when['field']} ${operator} ${brief(when['value'])}`.trim()
}

function fieldAt(fields: JsonObject | null, path: string): Json | undefined {
  if (fields === null) return undefined
  if (path in fields) return fields[path]
  return path.split('.').reduce<Json | undefined>((here, name) => (here && typeof here === 'object' && !Array.isArray(here) ? here[name] : undefined), fields)
}

/** Source fields that no rule read, as dotted paths. */
export function unusedFields(record: ExtractedRecord, load: LoadRecord): { path: string; value: Json }[] {
  const used = load.rules.flatMap((rule) => rule.from.map((one) => one.path))
  const touches = (path: string) => used.some((one) => one === path || one.startsWith(`${path}.`) || path.startsWith(`${one}.`))
  return leaves(record.fields).filter((leaf) => !touches(leaf.path))
}

function leaves(value: Json, path = ''): { path: string; value: Json }[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return path === '' ? [] : [{ path, value }]
  return Object.entries(value).flatMap(([name, child]) => leaves(child, path === '' ? name : `${path}.${name}`))
}

/** A value short enough for a line. */
export function brief(value: Json | undefined): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
