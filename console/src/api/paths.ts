/** The operations that the console calls, in the form that openapi-fetch wants (that of openapi-typescript's `paths`). */
import type * as T from './types'

type Answer<Ok> = {
  200: { content: { 'application/json': Ok } }
  default: { content: { 'application/problem+json': T.Problem } }
}
type Op<Ok, Parameters = Record<never, never>, Body = never> = {
  parameters: Parameters
  responses: Answer<Ok>
} & ([Body] extends [never] ? { requestBody?: never } : { requestBody: { content: { 'application/json': Body } } })

type Id = { path: { id: string } }
type Match = { header?: { 'If-Match'?: string } }
type ActionKey = { path: { id: string; key: string } }

export type paths = {
  '/v1/me': { get: Op<T.Me> }
  '/v1/auth/login': { post: Op<T.Session, Record<never, never>, { email: string; password: string }> }
  '/v1/auth/refresh': { post: Op<T.Session, Record<never, never>, { refresh_token?: string }> }
  '/v1/auth/logout': { post: Op<undefined> }
  '/v1/api-tokens': { get: Op<T.List<T.ApiToken>>; post: Op<T.IssuedApiToken, Record<never, never>, T.NewApiToken> }
  '/v1/api-tokens/{id}': { delete: Op<undefined, Id> }
  '/v1/connectors': { get: Op<T.List<T.Connector>> }
  '/v1/systems': { get: Op<T.List<T.System>>; post: Op<T.System, Record<never, never>, T.SystemInput> }
  '/v1/systems/{id}': {
    get: Op<T.System, Id>
    put: Op<T.System, Id & Match, T.SystemInput>
    delete: Op<undefined, Id & Match>
  }
  '/v1/systems/{id}/test': { post: Op<T.TestReport, Id> }
  '/v1/systems/{id}/schema': { get: Op<T.SystemSchema, Id> }
  '/v1/systems/{id}/schema/reload': { post: Op<T.SystemSchema, Id> }
  '/v1/integrations': {
    get: Op<T.List<T.Integration>>
    post: Op<T.Integration, Record<never, never>, { document: T.JsonObject }>
  }
  '/v1/integrations/{id}': {
    get: Op<T.Integration, Id>
    put: Op<T.Integration, Id & Match, { document: T.JsonObject }>
    delete: Op<undefined, Id & Match>
  }
  '/v1/integrations/{id}/revisions': { get: Op<T.List<T.Revision>, Id> }
  '/v1/integrations/{id}/revisions/{number}': { get: Op<T.Revision, { path: { id: string; number: number } }> }
  '/v1/integrations/{id}/validate': { post: Op<{ faults: T.Fault[] }, Id, { document?: T.JsonObject }> }
  '/v1/integrations/{id}/publish': { post: Op<T.Integration, Id, { revision?: number }> }
  '/v1/integrations/{id}/enable': { post: Op<T.Integration, Id> }
  '/v1/integrations/{id}/disable': { post: Op<T.Integration, Id> }
  '/v1/integrations/{id}/actions/{key}/run': { post: Op<{ run_id: string }, ActionKey, Record<string, never>> }
  '/v1/integrations/{id}/actions/{key}/hook/rotate': { post: Op<{ hook_url: string }, ActionKey> }
  '/v1/runs': { get: Op<T.List<T.Run>, { query?: T.RunFilter }> }
  '/v1/runs/{id}': { get: Op<T.RunDetail, Id> }
  '/v1/runs/{id}/phases/{phase}': { get: Op<T.Phase, { path: { id: string; phase: T.PhaseName } }> }
  '/v1/runs/{id}/records': {
    get: Op<T.List<T.RunRecord>, Id & { query?: { outcome?: string; cursor?: string } }>
  }
  '/v1/runs/{id}/cancel': { post: Op<undefined, Id> }
  '/v1/stats': { get: Op<T.Stats, { query?: { from?: T.Time; to?: T.Time } }> }
  '/v1/settings': { get: Op<T.Settings>; put: Op<T.Settings, Record<never, never>, T.SettingsValues> }
}
