import { describe, expect, it } from 'vitest'
import { readEvents, type SseMessage, sseParser } from './sse'

const parse = (...chunks: string[]) => {
  const seen: SseMessage[] = []
  const feed = sseParser((message) => seen.push(message))
  chunks.forEach(feed)
  return seen
}

describe('the event stream parser', () => {
  it('reads a message that arrives in pieces', () => {
    expect(parse('id: 7\neve', 'nt: run.started\nda', 'ta: {"a":1}\n', '\n')).toEqual([
      { id: '7', event: 'run.started', data: '{"a":1}' },
    ])
  })
  it('joins data lines, ignores comments, keeps the last id', () => {
    const seen = parse('id: 1\ndata: a\ndata: b\n\n: keep-alive\n\ndata: c\r\n\r\n')
    expect(seen.map((m) => [m.id, m.data])).toEqual([['1', 'a\nb'], ['1', 'c']])
  })
  it('keeps a carriage return at a chunk border with its line feed', () => {
    expect(parse('data: a\r', '\n\r', '\n')).toHaveLength(1)
  })
})

describe('reading for ever', () => {
  it('resumes after the last id', async () => {
    const asked: (string | undefined)[] = []
    const bodies = ['id: 41\ndata: x\n\n', 'id: 42\ndata: y\n\n']
    const stopped = new Promise<void>((resolve) => {
      const stop = readEvents({
        open: async (headers) => {
          asked.push(headers['Last-Event-ID'])
          return new Response(bodies[asked.length - 1] ?? null, { status: bodies[asked.length - 1] ? 200 : 503 })
        },
        onMessage: () => {},
        onState: () => {},
        wait: async () => {
          if (asked.length === 3) {
            stop()
            resolve()
          }
        },
      })
    })
    await stopped
    expect(asked).toEqual([undefined, '41', '42'])
  })
})
