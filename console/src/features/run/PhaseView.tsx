import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleDashed, CircleSlash, Clock, Inbox } from 'lucide-react'
import type { ComponentType, ReactNode } from 'react'
import { problemOf } from '../../api/problem'
import { phaseQuery } from '../../api/queries'
import type { PhaseDocuments, PhaseInfo, PhaseName, RunDetail } from '../../api/types'
import { buttonClass } from '../../kit/Button'
import { Empty, Loading, ProblemNotice } from '../../kit/Notice'
import { text } from '../../text'
import type { TroubleSearch } from '../troubleshooting/model'
import { ExtractPhase } from './ExtractPhase'
import { HttpPhase } from './HttpPhase'
import { LoadPhase } from './LoadPhase'
import { ResponsePhase } from './ResponsePhase'
import { StatusPhase } from './StatusPhase'
import { UqlPhase } from './UqlPhase'

export type ShowPhase = (phase: PhaseName, more?: TroubleSearch) => void
export type PhaseProps<P extends PhaseName> = { run: RunDetail; document: PhaseDocuments[P]; search: TroubleSearch; onShow: ShowPhase }
type AnyPhaseProps = { run: RunDetail; phase: PhaseName; search: TroubleSearch; onShow: ShowPhase }

const VIEWS: { [P in Exclude<PhaseName, 'status'>]: ComponentType<PhaseProps<P>> } = {
  extract_http: HttpPhase, extract: ExtractPhase, load: LoadPhase, load_http: HttpPhase, response: ResponsePhase, uql: UqlPhase,
}

/** The content of a tab: its document, or why there is none. */
export function PhaseView({ run, phase, search, onShow }: AnyPhaseProps) {
  // The status tab explains the run even when its document is still on its way.
  if (phase === 'status') return <StatusPhase run={run} onShow={onShow} />
  const info = run.phases.find((one) => one.phase === phase)
  if (info && info.state !== 'captured') return <Absent info={info} />
  return <Captured run={run} phase={phase} search={search} onShow={onShow} />
}

function Captured({ run, phase, search, onShow }: AnyPhaseProps) {
  const document = useQuery(phaseQuery(run.id, phase))
  if (document.isPending) return <Loading rows={8} />
  if (document.isError) return <Refused error={document.error} phase={phase} onRetry={() => void document.refetch()} />
  const View = VIEWS[phase as Exclude<PhaseName, 'status'>] as ComponentType<{ run: RunDetail; document: unknown; search: TroubleSearch; onShow: ShowPhase }>
  return <View run={run} document={document.data.document} search={search} onShow={onShow} />
}

/** A 410 and a 404 with a reason are states of the phase, not faults of the page. */
function Refused({ error, phase, onRetry }: { error: unknown; phase: PhaseName; onRetry: () => void }) {
  const problem = problemOf(error)
  const info = { phase, reason: problem.detail ?? null, size_bytes: null, stored_bytes: null, items: null, duration_ms: null }
  if (problem.status === 410) return <Absent info={{ ...info, state: 'expired' }} />
  if (problem.code === 'phase_not_captured') return <Absent info={{ ...info, state: 'not_captured' }} />
  return <ProblemNotice error={error} onRetry={onRetry} />
}

const words = text.runs.state

/** Why a phase has no document, and what to do about it. */
export function Absent({ info }: { info: PhaseInfo }) {
  const name = text.runs.phase[info.phase]
  const settings = <Link to="/settings/debug" className={buttonClass()}>{words.toSettings}</Link>
  const looks: Record<string, { icon: typeof Inbox; title: string; lead: string; actions?: ReactNode }> = {
    not_captured: { icon: CircleSlash, title: words.notCapturedTitle(name), lead: words.notCapturedLead, actions: settings },
    expired: { icon: Clock, title: words.expiredTitle(name), lead: words.expiredLead, actions: settings },
    empty: { icon: Inbox, title: words.emptyTitle(name), lead: words.emptyLead },
    pending: { icon: CircleDashed, title: words.pendingTitle(name), lead: words.pendingLead },
  }
  const look = looks[info.state] ?? looks['empty']!
  return <Empty icon={look.icon} title={look.title} actions={look.actions}>{info.reason ?? look.lead}</Empty>
}
