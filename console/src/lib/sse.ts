/** Server-sent events over `fetch`, because EventSource cannot carry a bearer token. */
export type SseMessage = { id: string | null; event: string; data: string }

/** Splits a growing text into messages; pure, so that chunk borders can be tested. */
export function sseParser(onMessage: (message: SseMessage) => void, onRetry: (ms: number) => void = () => {}) {
  let rest = ''
  let id: string | null = null
  let event = ''
  let data: string[] = []

  const dispatch = () => {
    if (data.length > 0) onMessage({ id, event: event || 'message', data: data.join('\n') })
    event = ''
    data = []
  }
  const line = (text: string) => {
    if (text === '') return dispatch()
    if (text.startsWith(':')) return
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(text) ?? []
    if (field === 'data') data.push(value)
    else if (field === 'event') event = value
    else if (field === 'id' && !value.includes('\0')) id = value
    else if (field === 'retry' && /^\d+$/.test(value)) onRetry(Number(value))
  }
  return (chunk: string) => {
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    lines.forEach(line)
  }
}

export type SseOptions = {
  open: (headers: Record<string, string>, signal: AbortSignal) => Promise<Response>
  onMessage: (message: SseMessage) => void
  onState: (connected: boolean) => void
  wait?: (ms: number) => Promise<void>
}

/** Reads a stream for ever, with back-off, resuming after the last id seen; the answer stops it. */
export function readEvents({ open, onMessage, onState, wait = pause }: SseOptions): () => void {
  const stop = new AbortController()
  let lastId: string | null = null
  let failures = 0
  let retry = 1_000

  const remember = (message: SseMessage) => {
    lastId = message.id ?? lastId
    onMessage(message)
  }
  const once = async () => {
    const headers: Record<string, string> = { Accept: 'text/event-stream' }
    if (lastId) headers['Last-Event-ID'] = lastId
    const response = await open(headers, stop.signal)
    if (!response.ok || !response.body) throw new Error(`events answered ${response.status}`)
    failures = 0
    onState(true)
    const feed = sseParser(remember, (ms) => (retry = ms))
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (let part = await reader.read(); !part.done; part = await reader.read()) feed(part.value)
  }
  const loop = async () => {
    while (!stop.signal.aborted) {
      await once().catch(() => (failures += 1))
      if (stop.signal.aborted) return
      onState(false)
      await wait(Math.min(30_000, retry * 2 ** Math.min(failures, 5)) * (0.8 + Math.random() * 0.4))
    }
  }
  void loop()
  return () => stop.abort()
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
