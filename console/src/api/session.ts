/**
 * The session: an access token held in memory only, renewed through the HttpOnly refresh cookie.
 *
 * A refresh token may be used once, so renewals are serialised: within a tab by one shared promise, across tabs by a web lock.
 */
import { ApiError, toProblem } from './problem'
import type { Session } from './types'

let accessToken: string | null = null
let renewal: Promise<boolean> | null = null
const listeners = new Set<(signedIn: boolean) => void>()

/** The bearer token to send, or null when nobody is signed in. */
export const bearer = () => accessToken

/** Calls back whenever somebody signs in, or the session ends. */
export function onSession(listener: (signedIn: boolean) => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Signs in; throws an ApiError that says why not. */
export async function signIn(email: string, password: string): Promise<void> {
  const answer = await post('/v1/auth/login', { email, password })
  const body: unknown = await answer.json().catch(() => null)
  if (!answer.ok) throw new ApiError(toProblem(answer.status, body))
  hold((body as Session).access_token)
}

/** Ends the session here and at the gateway, whether or not the gateway answers. */
export async function signOut(): Promise<void> {
  await post('/v1/auth/logout', {}).catch(() => null)
  hold(null)
}

/** Gets a new access token; false when there is no session to renew. Throws when the gateway cannot be reached. */
export function renew(): Promise<boolean> {
  renewal ??= locked(renewNow).finally(() => {
    renewal = null
  })
  return renewal
}

async function renewNow(): Promise<boolean> {
  const answer = await post('/v1/auth/refresh', {})
  if (answer.ok) {
    hold(((await answer.json()) as Session).access_token)
    return true
  }
  if (answer.status >= 500) throw new ApiError(toProblem(answer.status, await answer.json().catch(() => null)))
  hold(null)
  return false
}

async function locked<T>(work: () => Promise<T>): Promise<T> {
  // Web locks exist in secure contexts only; over plain HTTP on a remote host one tab is all we can serialise.
  return navigator.locks ? await navigator.locks.request('throughline.session', work) : work()
}

function post(path: string, body: unknown): Promise<Response> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' }
  if (accessToken) headers['Authorization'] = `Bearer ${accessToken}`
  return fetch(path, { method: 'POST', headers, body: JSON.stringify(body), credentials: 'same-origin' })
}

function hold(token: string | null) {
  const changed = (token === null) !== (accessToken === null)
  accessToken = token
  if (changed) listeners.forEach((listener) => listener(token !== null))
}
