/** The typed client: every call carries the bearer token, survives its expiry, and fails as an ApiError. */
import createClient from 'openapi-fetch'
import type { paths } from './paths'
import { ApiError, toProblem } from './problem'
import { bearer, renew } from './session'

/** `fetch` with the bearer token; a 401 leads to one renewal and one more try. */
export async function authorizedFetch(input: Request | string, init?: RequestInit): Promise<Response> {
  const request = new Request(absolute(input), init)
  const spare = request.clone()
  const first = await fetch(withBearer(request))
  if (first.status !== 401 || !(await renew())) return first
  return fetch(withBearer(spare))
}

export const client = createClient<paths>({ baseUrl: globalThis.location?.origin ?? '', fetch: authorizedFetch })

type Settled<T> = { data?: T; error?: unknown; response: Response }

/** Unwraps an answer of the client: its data, or an ApiError thrown. */
export async function answer<T>(call: Promise<Settled<T>>): Promise<T> {
  const { data, error, response } = await call
  if (!response.ok) throw new ApiError(toProblem(response.status, error))
  return data as T
}

/** Like `answer`, with the ETag that a later write must name. */
export async function tagged<T>(call: Promise<Settled<T>>): Promise<{ value: T; etag: string | undefined }> {
  const settled = await call
  const value = await answer(Promise.resolve(settled))
  return { value, etag: settled.response.headers.get('ETag') ?? undefined }
}

function withBearer(request: Request): Request {
  const token = bearer()
  if (token) request.headers.set('Authorization', `Bearer ${token}`)
  return request
}

function absolute(input: Request | string): Request | string {
  return typeof input === 'string' ? new URL(input, location.origin).href : input
}
