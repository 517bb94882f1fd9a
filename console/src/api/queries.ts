/** Every read of the API as a query: its key, its call, how long it stays fresh. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answer, client, tagged } from './client'
import type { Phase, PhaseName, RunFilter } from './types'

const SLOW = 5 * 60_000

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: () => answer(client.GET('/v1/me')), staleTime: SLOW })

export const connectorsQuery = queryOptions({
  queryKey: ['connectors'],
  queryFn: () => answer(client.GET('/v1/connectors')).then((list) => list.items),
  staleTime: SLOW,
})

export const systemsQuery = queryOptions({
  queryKey: ['systems'],
  queryFn: () => answer(client.GET('/v1/systems')).then((list) => list.items),
})

export const systemQuery = (id: string) =>
  queryOptions({
    queryKey: ['systems', id],
    queryFn: () => tagged(client.GET('/v1/systems/{id}', { params: { path: { id } } })),
  })

export const systemSchemaQuery = (id: string) =>
  queryOptions({
    queryKey: ['systems', id, 'schema'],
    queryFn: () => answer(client.GET('/v1/systems/{id}/schema', { params: { path: { id } } })),
    staleTime: SLOW,
  })

export const integrationsQuery = queryOptions({
  queryKey: ['integrations'],
  queryFn: () => answer(client.GET('/v1/integrations')).then((list) => list.items),
})

export const integrationQuery = (id: string) =>
  queryOptions({
    queryKey: ['integrations', id],
    queryFn: () => tagged(client.GET('/v1/integrations/{id}', { params: { path: { id } } })),
  })

export const revisionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['integrations', id, 'revisions'],
    queryFn: () => answer(client.GET('/v1/integrations/{id}/revisions', { params: { path: { id } } })).then((list) => list.items),
  })

export const revisionQuery = (id: string, number: number) =>
  queryOptions({
    queryKey: ['integrations', id, 'revisions', number],
    queryFn: () => answer(client.GET('/v1/integrations/{id}/revisions/{number}', { params: { path: { id, number } } })),
    staleTime: Infinity,
  })

export const PAGE = 50

/** One page of runs: `cursor` undefined is the newest. */
export const fetchRuns = (filter: RunFilter, cursor?: string) =>
  answer(client.GET('/v1/runs', { params: { query: { ...filter, cursor, limit: PAGE } } }))

export const runsQuery = (filter: RunFilter) =>
  infiniteQueryOptions({
    queryKey: ['runs', 'list', filter],
    queryFn: ({ pageParam }) => fetchRuns(filter, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // Live updates merge the newest page in; reading every page again would be waste.
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  })

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs', id],
    queryFn: () => answer(client.GET('/v1/runs/{id}', { params: { path: { id } } })),
  })

/** A captured phase never changes once its run has ended. */
export const phaseQuery = <P extends PhaseName>(id: string, phase: P) =>
  queryOptions({
    queryKey: ['runs', id, 'phases', phase],
    queryFn: () =>
      answer(client.GET('/v1/runs/{id}/phases/{phase}', { params: { path: { id, phase } } })) as Promise<Phase<P>>,
    staleTime: Infinity,
    retry: false,
  })

export const runRecordsQuery = (id: string, outcome?: string) =>
  infiniteQueryOptions({
    queryKey: ['runs', id, 'records', outcome ?? ''],
    queryFn: ({ pageParam }) =>
      answer(client.GET('/v1/runs/{id}/records', { params: { path: { id }, query: { outcome, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export const statsQuery = (from: string) =>
  queryOptions({
    queryKey: ['stats', from],
    queryFn: () => answer(client.GET('/v1/stats', { params: { query: { from } } })),
    refetchInterval: 30_000,
  })

export const settingsQuery = queryOptions({ queryKey: ['settings'], queryFn: () => answer(client.GET('/v1/settings')) })

export const apiTokensQuery = queryOptions({
  queryKey: ['api-tokens'],
  queryFn: () => answer(client.GET('/v1/api-tokens')).then((list) => list.items),
})
