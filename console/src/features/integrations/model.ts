/** Integrations: what a row says, what the editor may do. */
import type { Fault, Integration, Json, JsonObject, System } from '../../api/types'
import type { Tone } from '../../kit/Badge'

export const STATE_TONE: Record<Integration['state'], Tone> = { draft: 'warn', published: 'ok', disabled: 'quiet' }

/** A draft that is newer than what runs. */
export const hasUnpublished = ({ draft_revision, published_revision }: Integration) =>
  draft_revision !== null && draft_revision !== published_revision

export type Parsed = { ok: true; document: JsonObject } | { ok: false }

/** The editor's text as a document; a text that is not a JSON object is not one. */
export function parseDocument(text: string): Parsed {
  try {
    const value: unknown = JSON.parse(text)
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return { ok: true, document: value as JsonObject }
  } catch {
    // Not JSON yet: the editor underlines where.
  }
  return { ok: false }
}

/** The order in which people write a document; the gateway keeps what it says, not how it was laid out. */
const ORDER = [
  'key', 'name', 'description', 'system', 'entity', 'source', 'target', 'correlation', 'target_field', 'actions', 'direction', 'trigger',
  'kind', 'every', 'cron', 'time_zone', 'overlap', 'field', 'op', 'value', 'filter', 'create_when', 'expressions', 'expression', 'write', 'map',
  'copy', 'constant', 'template', 'value_map', 'conditional', 'from', 'values', 'cases', 'when', 'then', 'else', 'default', 'on',
]
const placeOf = (key: string) => (ORDER.includes(key) ? ORDER.indexOf(key) : ORDER.length)

/** A document as text, with its keys in the order of reading. */
export const format = (document: JsonObject) => `${JSON.stringify(document, inOrder, 2)}\n`

function inOrder(_: string, value: Json): Json {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => placeOf(a) - placeOf(b)))
}

/** Faults with their line in the text, in the order of the text. */
export function byLine(faults: Fault[], lineOf: (pointer: string) => number): { fault: Fault; line: number }[] {
  return faults.map((fault) => ({ fault, line: lineOf(fault.pointer) })).toSorted((a, b) => a.line - b.line)
}

/** The one-based line of an offset. */
export const lineAt = (text: string, offset: number) => text.slice(0, offset).split('\n').length

/** A document to start from: alerts become issues, between the first two systems that there are. */
export function example(systems: System[]): JsonObject {
  const [source, target] = systems
  return {
    name: 'Alerts to issues',
    description: '',
    source: { system: source?.id ?? '', entity: 'alert' },
    target: { system: target?.id ?? source?.id ?? '', entity: 'issue' },
    actions: [
      {
        key: 'open-issue',
        name: 'Alert opens issue',
        direction: 'forward',
        trigger: { kind: 'listen' },
        filter: { all: [{ field: 'labels.severity', op: 'in', value: ['critical', 'warning'] }] },
        map: [
          { target: 'subject', template: '[{{ labels.severity }}] {{ labels.alertname }}' },
          { target: 'description', copy: 'annotations.description' },
        ],
        write: 'upsert',
      },
    ],
  }
}
