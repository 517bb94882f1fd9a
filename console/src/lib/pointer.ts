/** JSON pointers (RFC 6901): build them, follow them, and find their place in a text. */
import type { Json } from '../api/types'

export const escapeToken = (token: string) => token.replaceAll('~', '~0').replaceAll('/', '~1')
const unescapeToken = (token: string) => token.replaceAll('~1', '/').replaceAll('~0', '~')

/** The reference tokens of a pointer; an empty pointer has none. */
export const tokensOf = (pointer: string): string[] => {
  const path = pointer.replace(/^#/, '')
  return path === '' ? [] : path.replace(/^\//, '').split('/').map(unescapeToken)
}

/** The value at a pointer, or undefined. */
export function resolve(value: Json, pointer: string): Json | undefined {
  let here: Json | undefined = value
  for (const token of tokensOf(pointer)) {
    if (Array.isArray(here)) here = here[Number(token)]
    else if (here !== null && typeof here === 'object') here = here[token]
    else return undefined
  }
  return here
}

export type Range = { from: number; to: number }

/**
 * Where the value of a pointer stands in a JSON text; the nearest ancestor when the value itself is absent
 * (a missing required key is shown at its object). Null when the text cannot be read that far.
 */
export function locate(text: string, pointer: string): Range | null {
  const scanner = new Scanner(text)
  try {
    return scanner.find(tokensOf(pointer))
  } catch {
    return null
  }
}

/** Reads just enough JSON to know where values begin and end. */
class Scanner {
  private at = 0
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  find(tokens: string[]): Range {
    this.space()
    const from = this.at
    const [head, ...rest] = tokens
    if (head === undefined) return this.rangeOf(from)
    const inside = this.enter(head)
    if (inside) return this.find(rest)
    this.at = from
    return this.shortRange(from)
  }

  /** Moves to the member or element named `token`; false when there is none. */
  private enter(token: string): boolean {
    const opening = this.text[this.at]
    if (opening !== '{' && opening !== '[') return false
    this.at += 1
    for (let index = 0; ; index += 1) {
      this.space()
      if (this.text[this.at] === (opening === '{' ? '}' : ']')) return false
      const name = opening === '{' ? this.key() : String(index)
      if (name === token) return true
      this.value()
      this.space()
      if (this.text[this.at] !== ',') return false
      this.at += 1
    }
  }

  private key(): string {
    const name = JSON.parse(this.string()) as string
    this.space()
    if (this.text[this.at] !== ':') throw new Error('a colon was expected')
    this.at += 1
    this.space()
    return name
  }

  private rangeOf(from: number): Range {
    const container = this.text[from] === '{' || this.text[from] === '['
    if (container) return this.shortRange(from)
    this.value()
    return { from, to: this.at }
  }

  /** A container is marked by its first line only, so that a fault does not paint half the document. */
  private shortRange(from: number): Range {
    const end = this.text.indexOf('\n', from)
    return { from, to: end < 0 ? this.text.length : Math.max(end, from + 1) }
  }

  private value(): void {
    this.space()
    const first = this.text[this.at]
    if (first === '"') return void this.string()
    if (first === '{' || first === '[') return this.container()
    const scalar = /^[^\s,\]}]+/.exec(this.text.slice(this.at, this.at + 64))
    if (!scalar) throw new Error('a value was expected')
    this.at += scalar[0].length
  }

  private container(): void {
    let depth = 0
    do {
      const char = this.text[this.at]
      if (char === undefined) throw new Error('the text ends inside a value')
      if (char === '"') {
        this.string()
        continue
      }
      if (char === '{' || char === '[') depth += 1
      if (char === '}' || char === ']') depth -= 1
      this.at += 1
    } while (depth > 0)
  }

  private string(): string {
    const from = this.at
    if (this.text[from] !== '"') throw new Error('a string was expected')
    this.at += 1
    while (this.text[this.at] !== '"') {
      if (this.at >= this.text.length) throw new Error('the text ends inside a string')
      this.at += this.text[this.at] === '\\' ? 2 : 1
    }
    this.at += 1
    return this.text.slice(from, this.at)
  }

  private space(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at += 1
  }
}
