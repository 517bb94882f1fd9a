import type { InfiniteData } from '@tanstack/react-query'
import type { List, Run } from './types'

export type RunPages = InfiniteData<List<Run>, string | undefined>

/**
 * Puts a newly read first page in front of the pages already here: changed runs are replaced, new ones added, and those
 * that no longer match leave. When too much happened for the two to overlap, the new page stands alone.
 */
export function mergeHead(pages: RunPages, head: List<Run>): RunPages {
  const [first, ...older] = pages.pages
  const alone: RunPages = { pages: [head], pageParams: [undefined] }
  if (!first || head.next_cursor === null) return alone
  const fresh = new Set(head.items.map((run) => run.id))
  const overlap = first.items.findLastIndex((run) => fresh.has(run.id))
  if (overlap < 0) return alone
  const kept = first.items.slice(overlap + 1).filter((run) => !fresh.has(run.id))
  const merged = { items: [...head.items, ...kept], next_cursor: first.next_cursor }
  return { pages: [merged, ...older], pageParams: pages.pageParams }
}
