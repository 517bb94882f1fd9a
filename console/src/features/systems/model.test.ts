import { describe, expect, it } from 'vitest'
import { credentialsToSend, defaultsOf, faultsOf, fieldsOf, fromText, toText, withSetting } from './model'

const schema = {
  properties: {
    page_size: { type: 'integer', default: 100 }, project: { type: 'string' }, tls: { type: ['boolean', 'null'] },
    mode: { enum: ['a', 'b'] }, tags: { type: 'array', items: { type: 'string' } }, extra: { type: 'object' },
  },
  required: ['project'],
}

describe('a form from a schema', () => {
  it('puts required fields first and knows their kinds', () => {
    expect(fieldsOf(schema).map((field) => [field.name, field.kind])).toEqual([
      ['project', 'text'], ['page_size', 'number'], ['tls', 'boolean'], ['mode', 'choice'], ['tags', 'lines'], ['extra', 'json'],
    ])
  })
  it('has defaults', () => expect(defaultsOf(schema)).toEqual({ page_size: 100 }))
  it('turns texts into values and back', () => {
    expect([fromText('number', '12'), fromText('lines', 'a\n\n b '), fromText('json', '{"a":1}'), fromText('text', ' ')]).toEqual([12, ['a', 'b'], { a: 1 }, undefined])
    expect(toText('lines', ['a', 'b'])).toBe('a\nb')
  })
  it('leaves emptied settings out', () => expect(withSetting({ a: 1, b: 2 }, 'a', undefined)).toEqual({ b: 2 }))
})

describe('before sending', () => {
  const input = { name: 'Desk', connector: 'redmine', base_url: 'https://desk', settings: {}, credentials: {} }
  it('finds what is missing', () => {
    const secrets = { properties: { api_key: { type: 'string' } }, required: ['api_key'] }
    expect([...faultsOf(input, schema, secrets, [])]).toEqual(['settings.project', 'credentials.api_key'])
    expect([...faultsOf({ ...input, base_url: 'desk', settings: { project: 'x' } }, schema, secrets, ['api_key'])]).toEqual(['base_url'])
  })
  it('sends only secrets that were typed', () => expect(credentialsToSend({ a: '', b: 'x' })).toEqual({ b: 'x' }))
})
