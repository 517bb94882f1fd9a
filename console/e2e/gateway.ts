/** The gateway under test, by its API: what a test prepares, and what a page is compared with. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Exchange, Integration, List, PhaseDocuments, PhaseName, Run, RunDetail, System } from '../src/api/types'
import { GATEWAY, LOGIN, PASSWORD } from './browser.mjs'

let token: Promise<string> | null = null

async function signIn(): Promise<string> {
  const answer = await fetch(`${GATEWAY}/v1/auth/login`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email: LOGIN, password: PASSWORD }) })
  if (!answer.ok) throw new Error(`${GATEWAY} refuses ${LOGIN}: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as { access_token: string }).access_token
}

/** Calls the API as the person who signs in; anything but success is an error that says what was answered. */
export async function api<T>(method: string, path: string, body?: object): Promise<T> {
  token ??= signIn()
  const headers = { Authorization: `Bearer ${await token}`, 'Content-Type': 'application/json', ...(method === 'DELETE' && { 'If-Match': '*' }) }
  const answer = await fetch(GATEWAY + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return (text === '' ? undefined : JSON.parse(text)) as T
}

const PATIENCE_MS = 90_000

/** What `probe` finds, as soon as it finds something. */
export async function eventually<T>(what: string, probe: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause(250)) {
    const found = await probe()
    if (found !== undefined) return found
  }
  throw new Error(`waited in vain for ${what}`)
}

export const runs = (query: string) => api<List<Run>>('GET', `/v1/runs?${query}`).then((list) => list.items)
export const run = (id: string) => api<RunDetail>('GET', `/v1/runs/${id}`)
export const phase = <P extends PhaseName>(id: string, name: P) => api<{ document: PhaseDocuments[P] }>('GET', `/v1/runs/${id}/phases/${name}`).then((found) => found.document)

/** The newest run that `query` finds, once there is one. */
export const newestRun = (query: string) => eventually(`a run with ${query}`, async () => (await runs(`${query}&limit=1`))[0])
export const ended = (id: string) => eventually(`the end of run ${id}`, () => run(id).then((found) => (found.finished_at ? found : undefined), () => undefined))

export const integrations = () => api<List<Integration>>('GET', '/v1/integrations').then((list) => list.items)
export const systems = () => api<List<System>>('GET', '/v1/systems').then((list) => list.items)
export const named = <T extends { name: string }>(list: T[], name: string): T => {
  const found = list.find((one) => one.name === name)
  if (!found) throw new Error(`the playground should have “${name}”, and has ${list.map((one) => one.name).join(', ')}`)
  return found
}

/** The exchange that the error of a run names as its evidence. */
export async function evidenceOf({ id, error }: RunDetail): Promise<Exchange> {
  const { phase: where, exchange } = error?.evidence ?? {}
  const { exchanges } = await phase(id, where as 'load_http')
  const found = exchanges.find((one) => one.id === exchange)
  if (!found) throw new Error(`run ${id} names exchange ${exchange} in ${where}, which has ${exchanges.map((one) => one.id).join(', ')}`)
  return found
}

/** Raises an alert at the playground's monitor, as whoever watches it would; answers its id, and how to end it. */
export async function raiseAlert(labels: Record<string, string>) {
  const monitor = named(await systems(), 'Monitor').base_url
  const post = (path: string, body: object) =>
    fetch(`${monitor}/api/alerts${path}`, { method: 'POST', headers: { 'X-Monitor-Key': 'monitor-key', 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
  const annotations = { summary: labels['alertname'], description: 'Raised by a browser test.' }
  const { alert } = (await (await post('', { alert: { labels, annotations } })).json()) as { alert: { id: string } }
  return { id: alert.id, resolve: () => post(`/${alert.id}/resolve`, {}) }
}
