import { useInfiniteQuery } from '@tanstack/react-query'
import { Outlet, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import { runsQuery } from '../../api/queries'
import { Boundary } from '../../kit/Boundary'
import { cx } from '../../kit/cx'
import { ProblemNotice } from '../../kit/Notice'
import { useKeys } from '../../lib/useKeys'
import { text } from '../../text'
import { EmptyRuns } from './EmptyRuns'
import { Filters } from './Filters'
import { filtersOf, isFiltered, PROBLEMS, step, toFilter, toRows, type Row, type TroubleSearch } from './model'
import { RunList } from './RunList'
import { Scopes } from './Scopes'
import styles from './Troubleshooting.module.css'

// A run opens inside this page, so it comes in the same chunk: nobody waits for it after choosing one.
export { RunView } from '../run/View'

/** The face of the product: choose integration, action and run; read what happened, phase by phase. */
export function TroubleshootingView() {
  // The same object as long as it says the same, so that another phase does not restart the list.
  const filters = useSearch({ from: '/app/troubleshooting', select: filtersOf, structuralSharing: true })
  const { runId } = useParams({ strict: false })
  const navigate = useNavigate()
  const filter = useMemo(() => toFilter(filters), [filters])
  const runs = useInfiniteQuery(runsQuery(filter))
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const items = useMemo(() => runs.data?.pages.flatMap((page) => page.items) ?? [], [runs.data])
  const rows = useMemo(() => toRows(items, open, filters.status !== 'nothing_to_do'), [items, open, filters.status])
  // By key: new runs push rows down, and the cursor stays on its own.
  const [cursor, setCursor] = useState<string>()
  const searchBox = useRef<HTMLInputElement>(null)
  const current = runId ? rows.findIndex((row) => row.kind === 'run' && row.run.id === runId) : rows.findIndex((row) => row.key === cursor)

  const openRun = (id: string) =>
    void navigate({ to: '/troubleshooting/$runId/$phase', params: { runId: id, phase: 'status' }, search: filters })
  const toggle = (key: string) => setOpen((before) => toggled(before, key))
  const move = (by: 1 | -1) => {
    const next = step(rows, current, by)
    const row = rows[next]
    setCursor(row?.key)
    if (runId && row?.kind === 'run') openRun(row.run.id)
  }
  const enter = (row: Row | undefined) => {
    if (row?.kind === 'run') openRun(row.run.id)
    if (row?.kind === 'fold') toggle(row.key)
  }
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ...(runId ? {} : { Enter: () => enter(rows[current]) }),
    '/': () => searchBox.current?.focus(),
    f: () => void navigate({ to: '.', search: (now: TroubleSearch) => ({ ...now, status: now.status === PROBLEMS ? undefined : PROBLEMS }) }),
    Escape: () => runId && void navigate({ to: '/troubleshooting', search: filters }),
  })

  return (
    <div className={styles.page} data-open={runId ? true : undefined}>
      <Scopes search={filters} />
      <section className={styles.list}>
        <header className={styles.head}>
          <h1>{text.runs.title}</h1>
          <Filters search={filters} searchBox={searchBox} compact={runId !== undefined} />
        </header>
        {runs.isError && items.length === 0 && <div className={styles.pad}><ProblemNotice error={runs.error} onRetry={() => void runs.refetch()} /></div>}
        {runs.isSuccess && items.length === 0 && <EmptyRuns filtered={isFiltered(filters)} />}
        {(items.length > 0 || runs.isPending) && (
          <RunList
            rows={rows} compact={runId !== undefined} current={current} selected={runId} filters={filters}
            loading={runs.isPending} more={runs.hasNextPage} pages={runs.data?.pages.length ?? 0} loadingMore={runs.isFetchingNextPage}
            onMore={() => void runs.fetchNextPage()} onToggle={toggle} onCursor={(index) => setCursor(rows[index]?.key)}
          />
        )}
      </section>
      {runId && <section className={styles.detail}><h1 className={cx('sr-only', styles.alone)}>{text.runs.title}</h1><Boundary resetKey={runId}><Outlet /></Boundary></section>}
    </div>
  )
}

function toggled(before: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(before)
  if (!next.delete(key)) next.add(key)
  return next
}
