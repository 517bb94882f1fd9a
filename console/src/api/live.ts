/** Live updates: one event stream per tab, turned into refreshed queries at a bounded pace. */
import type { QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { readEvents } from '../lib/sse'
import { authorizedFetch } from './client'
import { fetchRuns } from './queries'
import { mergeHead, type RunPages } from './runPages'
import type { LiveEvent, RunFilter } from './types'

const FIRST_MS = 250
const PACE_MS = 1_200
const SUMMARY_MS = 5_000

export type Link = 'connecting' | 'live' | 'interrupted'

let link: Link = 'connecting'
const watchers = new Set<() => void>()

const setLink = (next: Link) => {
  link = next
  watchers.forEach((watcher) => watcher())
}

/** Whether live updates arrive at this moment, do not yet, or no longer. */
export const useLive = () =>
  useSyncExternalStore((watcher) => {
    watchers.add(watcher)
    return () => watchers.delete(watcher)
  }, () => link)

/** Follows the tenant's events until the answer is called. */
export function follow(cache: QueryClient): () => void {
  const changed = new Set<string>()
  const refreshRuns = paced(PACE_MS, async () => {
    const ids = [...changed]
    changed.clear()
    await Promise.all([refreshHeads(cache), ...ids.map((id) => cache.invalidateQueries({ queryKey: ['runs', id] }))])
  })
  const refreshSummaries = paced(SUMMARY_MS, async () => {
    await Promise.all([cache.invalidateQueries({ queryKey: ['stats'] }), cache.invalidateQueries({ queryKey: ['integrations'], exact: true })])
  })
  const apply = (event: LiveEvent) => {
    if (event.type === 'system.changed') void cache.invalidateQueries({ queryKey: ['systems'] })
    if (event.type === 'integration.changed') void cache.invalidateQueries({ queryKey: ['integrations'] })
    if (!event.type.startsWith('run.')) return
    if (event.run_id) changed.add(event.run_id)
    refreshRuns()
    if (event.type === 'run.finished') refreshSummaries()
  }
  return readEvents({
    open: (headers, signal) => authorizedFetch('/v1/events', { headers, signal }),
    onMessage: (message) => {
      const event = parse(message.event, message.data)
      if (event) apply(event)
    },
    onState: (now) => {
      // What happened while the stream was down and is older than its memory is fetched again.
      if (now && link !== 'live') refreshRuns()
      if (now || link === 'live') setLink(now ? 'live' : 'interrupted')
    },
  })
}

/** Reads the newest page of every run list on screen, and merges it in. */
async function refreshHeads(cache: QueryClient) {
  const lists = cache.getQueryCache().findAll({ queryKey: ['runs', 'list'], type: 'active' })
  await Promise.all(
    lists.map(async ({ queryKey }) => {
      const head = await fetchRuns(queryKey[2] as RunFilter).catch(() => null)
      if (head) cache.setQueryData<RunPages>(queryKey, (pages) => pages && mergeHead(pages, head))
    }),
  )
}

function parse(type: string, data: string): LiveEvent | null {
  try {
    return { ...(JSON.parse(data) as Omit<LiveEvent, 'type'>), type: type as LiveEvent['type'] }
  } catch {
    return null
  }
}

/** Runs `work` soon after a call, never twice at once, and at most once per `ms`. */
function paced(ms: number, work: () => Promise<void>): () => void {
  let waiting = false
  let last = 0
  return () => {
    if (waiting) return
    waiting = true
    const delay = Math.max(FIRST_MS, last + ms - Date.now())
    setTimeout(() => {
      waiting = false
      last = Date.now()
      void work()
    }, delay)
  }
}
