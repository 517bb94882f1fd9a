import { describe, expect, it } from 'vitest'
import type { ExtractedRecord, LoadRecord } from '../../api/types'
import { brief, compareFields, ruleText, unusedFields } from './compare'

const load: LoadRecord = {
  source_key: 'a', operation: 'create',
  fields: { subject: 'Disk full', project: { id: 'itsm' }, external_id: 'a' },
  rules: [
    { target: 'subject', pointer: '/map/0', kind: 'copy', from: [{ path: 'labels.name', value: 'Disk full' }], value: 'Disk full' },
    { target: 'project.id', pointer: '/map/1', kind: 'constant', from: [], value: 'itsm' },
  ],
}
const record: ExtractedRecord = { key: 'a', version: null, url: null, fields: { labels: { name: 'Disk full', host: 'db1' }, status: 'firing' } }

describe('Extract beside Load', () => {
  it('has one line per target field, with its rule, and those that no rule made', () => {
    expect(compareFields(load).map((line) => [line.target, line.value, line.rule?.kind ?? null])).toEqual([
      ['subject', 'Disk full', 'copy'], ['project.id', 'itsm', 'constant'], ['external_id', 'a', null],
    ])
  })
  it('shows the rule that failed', () => {
    const failed = { ...load, rules: [], fields: {}, error: { class: 'mapping', code: 'x', message: 'm', evidence: { rule: '/map/3' } } } as LoadRecord
    expect(compareFields(failed)).toMatchObject([{ failed: true, target: '/map/3', rule: { pointer: '/map/3' } }])
    const seen = { ...failed, error: { ...failed.error, evidence: { rule: '/map/0', pointer: '/labels/host' } } } as LoadRecord
    expect(compareFields(seen, { map: [{ target: 'due' }] }, record)).toMatchObject([{ target: 'due', from: [{ path: 'labels.host', value: 'db1' }] }])
  })
  it('shows a mapping that stopped, with the value that stopped it', () => {
    const stopped = { ...load, rules: [], fields: null, error: { class: 'mapping', code: 'x', message: 'm', evidence: { rule: '/map/0' } } } as LoadRecord
    const document = { map: [{ target: 'priority_id', value_map: { from: 'labels.name', values: {} } }] }
    expect(compareFields(stopped, document, record)).toMatchObject([{ failed: true, target: 'priority_id', from: [{ path: 'labels.name', value: 'Disk full' }] }])
  })
  it('lists source fields that no rule read', () => {
    expect(unusedFields(record, load).map((one) => one.path)).toEqual(['labels.host', 'status'])
  })
})

it('shortens values', () => expect([brief('x'), brief(5), brief({ a: 1 }), brief(undefined)]).toEqual(['x', '5', '{"a":1}', '']))

it('shows a rule as it is written', () => {
  expect(ruleText({ target: 'a', template: '{{ x }}', on: 'update' })).toBe('{{ x }}')
  expect(ruleText({ target: 'a', value_map: { from: 'x', values: { critical: 5, warning: 4 }, default: 3 } })).toBe('critical → 5, warning → 4, else 3')
  const when = { field: 'status', op: 'eq', value: 'resolved' }
  expect(ruleText({ target: 'a', conditional: { cases: [{ when, then: { constant: 5 } }], else: { constant: 1 } } })).toBe('status is resolved → 5, else 1')
  expect(ruleText({ target: 'a', value_map: { from: 'x' } })).toBe('{"from":"x"}')
})
