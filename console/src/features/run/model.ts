/** What a run means, in words, tones and links: pure, so that it can be tested. */
import {
  Ban, Bot, CircleAlert, CircleCheck, CircleDashed, CircleSlash, CircleX, Clock, Hand, Inbox, type LucideIcon, Radio, RefreshCw, Repeat, TriangleAlert,
} from 'lucide-react'
import { ApiError } from '../../api/problem'
import type { Evidence, Outcome, PhaseName, PhaseState, RecordCounts, Run, RunStatus, TriggerKind } from '../../api/types'
import type { Tone } from '../../kit/Badge'
import { text } from '../../text'

/** The tabs, in the order of the keys 1 to 7. */
export const PHASES = ['status', 'extract_http', 'extract', 'load', 'load_http', 'response', 'uql'] as const satisfies PhaseName[]

export const STATUS_LOOK: Record<RunStatus, { tone: Tone; icon: LucideIcon }> = {
  queued: { tone: 'quiet', icon: Clock },
  running: { tone: 'live', icon: CircleDashed },
  succeeded: { tone: 'ok', icon: CircleCheck },
  partly_failed: { tone: 'warn', icon: TriangleAlert },
  failed: { tone: 'bad', icon: CircleX },
  cancelled: { tone: 'quiet', icon: Ban },
  nothing_to_do: { tone: 'quiet', icon: CircleSlash },
}

export const OUTCOME_TONE: Record<Outcome, Tone> = {
  created: 'ok', updated: 'ok', unchanged: 'quiet', skipped: 'quiet', filtered: 'quiet', failed: 'bad', in_doubt: 'warn',
}

export const TRIGGER_ICON: Record<TriggerKind, LucideIcon> = { poll: RefreshCw, listen: Radio, manual: Hand, replay: Repeat, retry: Bot }

export const PHASE_ICON: Record<PhaseState, LucideIcon | null> = {
  captured: null, not_captured: CircleSlash, expired: Clock, empty: Inbox, pending: CircleDashed,
}
export const FAULT_ICON = CircleAlert

export const isLive = (status: RunStatus) => status === 'queued' || status === 'running'

const TOLD: Outcome[] = ['created', 'updated', 'unchanged', 'skipped', 'filtered', 'in_doubt', 'failed']

/** `1 created, 2 filtered out`; empty when there is nothing to tell. */
export const outcomeParts = (records: RecordCounts): { outcome: Outcome; count: number }[] =>
  TOLD.filter((outcome) => records[outcome] > 0).map((outcome) => ({ outcome, count: records[outcome] }))

/** The same in a few words, for a line of a list: `2 created, 1 failed`. */
export function inBrief(run: Pick<Run, 'status' | 'records'>): string {
  const parts = outcomeParts(run.records).map(({ outcome, count }) => `${count} ${text.runs.outcome[outcome]}`)
  return parts.length > 0 ? parts.join(', ') : summary(run)
}

/** One sentence that says what happened: `Read 3 records: 2 created, 1 failed.` */
export function summary(run: Pick<Run, 'status' | 'records'>): string {
  const words = text.runs.summary
  if (run.status === 'queued') return words.queued
  if (run.status === 'running') return words.running
  if (run.status === 'cancelled') return words.cancelled
  if (run.status === 'nothing_to_do' && run.records.read === 0) return words.nothing
  const parts = outcomeParts(run.records).map(({ outcome, count }) => `${count} ${text.runs.outcome[outcome]}`)
  return `${words.read(run.records.read)}: ${words.outcomes(parts.length > 0 ? parts : [words.nothingWritten])}`
}

/** An error's words where its record is named already: `Record ALR-1: refused` is `refused`. */
export function withoutRecord(message: string, key: string): string {
  const head = [`Record ${key}: `, `Record ${key}, `].find((one) => message.startsWith(one)) ?? ''
  const rest = message.slice(head.length)
  return rest.charAt(0).toUpperCase() + rest.slice(1)
}

/** Where the evidence is: the tab, and what to show in it. */
export function evidenceTarget(evidence: Evidence | null | undefined) {
  if (!evidence?.phase) return null
  return {
    phase: evidence.phase,
    search: { x: evidence.exchange ?? undefined, at: evidence.pointer ?? undefined, rec: evidence.record ?? undefined },
  }
}

const AWAITED_MS = 10 * 60_000

/** A run that is not found because it was only just accepted: its id says when, as every UUID v7 does. */
export function awaited(id: string, error: unknown, now = Date.now()): boolean {
  const accepted = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)
  return error instanceof ApiError && error.problem.status === 404 && Math.abs(now - accepted) < AWAITED_MS
}

/** Colours of HTTP statuses; no answer at all is bad. */
export function httpTone(status: number | null | undefined): Tone {
  if (!status) return 'bad'
  if (status < 300) return 'ok'
  if (status < 400) return 'live'
  return status === 429 ? 'warn' : 'bad'
}

/** A run's address inside Troubleshooting, for links from other pages. */
export const runLink = (id: string) => ({ to: '/troubleshooting/$runId/$phase', params: { runId: id, phase: 'status' } }) as const
