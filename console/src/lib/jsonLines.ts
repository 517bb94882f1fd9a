/** A JSON value as lines, with folding: what a viewer needs to show a document of any size, and to find a pointer in it. */
import type { Json } from '../api/types'
import { escapeToken } from './pointer'

export type JsonLine = {
  depth: number
  pointer: string
  /** The member's name; null for array elements and closing lines. */
  name: string | null
  /** What stands on the line: a scalar, or an opening, a closing, a folded container. */
  part: { kind: 'scalar'; value: null | boolean | number | string } | { kind: 'open' | 'close'; bracket: string } | { kind: 'folded'; brackets: string; size: number }
  comma: boolean
}

/** The lines of a value; containers whose pointer is in `folded` are one line. */
export function jsonLines(value: Json, folded: ReadonlySet<string>): JsonLine[] {
  const lines: JsonLine[] = []
  const emit = (node: Json, at: { depth: number; pointer: string; name: string | null; comma: boolean }) => {
    const entries = entriesOf(node)
    if (!entries) return void lines.push({ ...at, part: { kind: 'scalar', value: node as string } })
    const [open, close] = Array.isArray(node) ? ['[', ']'] : ['{', '}']
    if (entries.length === 0 || folded.has(at.pointer)) {
      return void lines.push({ ...at, part: { kind: 'folded', brackets: `${open}${close}`, size: entries.length } })
    }
    lines.push({ ...at, comma: false, part: { kind: 'open', bracket: open! } })
    entries.forEach(([key, child], index) =>
      emit(child, {
        depth: at.depth + 1,
        pointer: `${at.pointer}/${escapeToken(key)}`,
        name: Array.isArray(node) ? null : key,
        comma: index < entries.length - 1,
      }),
    )
    lines.push({ ...at, name: null, part: { kind: 'close', bracket: close! } })
  }
  emit(value, { depth: 0, pointer: '', name: null, comma: false })
  return lines
}

/** Containers to fold at first: those deeper than `depth`, unless a pointer to show lies inside. */
export function initialFolds(value: Json, depth: number, reveal: string | null): Set<string> {
  const folds = new Set<string>()
  const walk = (node: Json, level: number, pointer: string) => {
    const entries = entriesOf(node)
    if (!entries) return
    const hidesTarget = reveal !== null && (reveal === pointer || reveal.startsWith(`${pointer}/`))
    if (level > depth && !hidesTarget) folds.add(pointer)
    for (const [key, child] of entries) walk(child, level + 1, `${pointer}/${escapeToken(key)}`)
  }
  walk(value, 0, '')
  return folds
}

/** The line to mark for a pointer: its own, or that of the nearest ancestor on screen. */
export function lineOf(lines: JsonLine[], pointer: string): number {
  for (let path = pointer; ; path = path.slice(0, path.lastIndexOf('/'))) {
    const index = lines.findIndex((line) => line.pointer === path && line.part.kind !== 'close')
    if (index >= 0 || path === '') return index
  }
}

const entriesOf = (node: Json): [string, Json][] | null =>
  node !== null && typeof node === 'object' ? Object.entries(node) : null
