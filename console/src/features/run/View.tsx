import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Clock, SearchX } from 'lucide-react'
import { problemOf } from '../../api/problem'
import { runQuery } from '../../api/queries'
import type { PhaseInfo, PhaseName, RunDetail } from '../../api/types'
import { Boundary } from '../../kit/Boundary'
import { buttonClass } from '../../kit/Button'
import { Empty, Loading, ProblemNotice } from '../../kit/Notice'
import { Tabs, tabClass } from '../../kit/Tabs'
import { Tooltip } from '../../kit/Tooltip'
import { duration } from '../../lib/format'
import { useKeys } from '../../lib/useKeys'
import { text } from '../../text'
import { filtersOf, type TroubleSearch } from '../troubleshooting/model'
import { awaited, evidenceTarget, isLive, PHASE_ICON, PHASES } from './model'
import { PhaseView } from './PhaseView'
import { RunHeader } from './RunHeader'
import styles from './Run.module.css'

/** One run: what happened, and every phase of it. */
export function RunView() {
  const { runId, phase = 'status' } = useParams({ strict: false }) as { runId: string; phase?: PhaseName }
  const search = useSearch({ from: '/app/troubleshooting' })
  const navigate = useNavigate()
  const run = useQuery({
    ...runQuery(runId),
    // The event stream tells when a run moves on; this is for when the stream is down.
    refetchInterval: ({ state }) => (state.data && isLive(state.data.status) ? 5_000 : awaited(runId, state.error) ? 1_000 : false),
  })
  const show = (next: PhaseName, more: TroubleSearch = {}) =>
    void navigate({ to: '/troubleshooting/$runId/$phase', params: { runId, phase: next }, search: { ...filtersOf(search), ...more } })
  const target = evidenceTarget(run.data?.error?.evidence)
  useKeys({
    ...Object.fromEntries(PHASES.map((name, index) => [String(index + 1), () => show(name)])),
    w: () => target && show(target.phase, target.search),
  })
  if (run.isPending) return <Loading rows={10} />
  if (awaited(runId, run.error)) return <Empty icon={Clock} title={text.runs.run.awaitedTitle}>{text.runs.run.awaitedLead}</Empty>
  if (problemOf(run.error).status === 404) return <Gone search={search} />
  if (run.isError) return <div className={styles.body}><ProblemNotice error={run.error} onRetry={() => void run.refetch()} /></div>
  return (
    <div className={styles.run}>
      <RunHeader run={run.data} />
      <PhaseTabs run={run.data} phase={phase} search={search} />
      <div className={styles.body} key={`${runId} ${phase}`}>
        <Boundary resetKey={`${runId} ${phase}`}><PhaseView run={run.data} phase={phase} search={search} onShow={show} /></Boundary>
      </div>
    </div>
  )
}

const Gone = ({ search }: { search: TroubleSearch }) => (
  <Empty icon={SearchX} title={text.runs.run.goneTitle} actions={<Link to="/troubleshooting" search={filtersOf(search)} className={buttonClass()}>{text.runs.run.toList}</Link>}>
    {text.runs.run.goneLead}
  </Empty>
)

function PhaseTabs({ run, phase, search }: { run: RunDetail; phase: PhaseName; search: TroubleSearch }) {
  return (
    <Tabs label={text.runs.run.tabs} current={phase}>
      {PHASES.map((name, index) => (
        <Tooltip key={name} text={<TabHint info={run.phases.find((one) => one.phase === name)} />} keys={String(index + 1)}>
          <Link
            to="/troubleshooting/$runId/$phase" params={{ runId: run.id, phase: name }} search={filtersOf(search)} preload={false}
            className={tabClass} aria-current={name === phase ? 'page' : undefined}
          >
            {text.runs.phase[name]}
            <TabMark run={run} name={name} />
          </Link>
        </Tooltip>
      ))}
    </Tabs>
  )
}

/** Beside a tab: a dot where the evidence lies, how many items it has, or why it has none. */
function TabMark({ run, name }: { run: RunDetail; name: PhaseName }) {
  const info = run.phases.find((one) => one.phase === name)
  const evidence = run.error?.evidence?.phase === name
  const Icon = info ? PHASE_ICON[info.state] : null
  return (
    <>
      {info?.state === 'captured' && info.items !== null && name !== 'status' && <span className={styles.items}>{info.items}</span>}
      {Icon && <Icon size={12} className={styles.absent} aria-label={text.runs.phaseState[info!.state]} />}
      {evidence && <span className={styles.evidenceDot} title={text.runs.diagnosis.evidence} />}
    </>
  )
}

function TabHint({ info }: { info: PhaseInfo | undefined }) {
  if (!info) return <>{text.runs.phaseState.pending}</>
  const parts = [text.runs.phaseState[info.state], info.reason, info.duration_ms === null ? null : duration(info.duration_ms)]
  return <>{parts.filter(Boolean).join(' · ')}</>
}
