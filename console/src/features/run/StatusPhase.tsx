import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { phaseQuery } from '../../api/queries'
import type { RunDetail, StatusDocument } from '../../api/types'
import { Card, Facts } from '../../kit/Surface'
import { clock, duration, zone } from '../../lib/format'
import { text } from '../../text'
import { Diagnosis } from './Diagnosis'
import { FlowStrip } from './FlowStrip'
import { Outcomes } from './Outcomes'
import type { ShowPhase } from './PhaseView'
import styles from './Status.module.css'

const words = text.runs.statusTab

/** Status: what happened in one sentence, why, what became of each record, and when what took place. */
export function StatusPhase({ run, onShow }: { run: RunDetail; onShow: ShowPhase }) {
  const info = run.phases.find((one) => one.phase === 'status')
  const { data } = useQuery({ ...phaseQuery(run.id, 'status'), enabled: info?.state === 'captured' })
  const reasons = useMemo(() => new Map(data?.document.records.map((one) => [one.source_key, one.reason])), [data])
  return (
    <div className={styles.status}>
      <Diagnosis run={run} onShow={onShow} />
      <FlowStrip run={run} onShow={onShow} />
      <Outcomes run={run} reasons={reasons} onShow={onShow} />
      {data && <Rest document={data.document} />}
    </div>
  )
}

function Rest({ document }: { document: StatusDocument }) {
  const kept = (yes: boolean) => words.captured[String(yes)]
  const { http, payload, reason } = document.capture
  const facts: [string, React.ReactNode][] = [
    [words.captureFacts.http, <Link key="http" to="/settings/debug" className={styles.link}>{text.settings.debug.options[http as 'off'] ?? http}</Link>],
    [words.captureFacts.payload, kept(payload)],
  ]
  if (reason) facts.push([words.captureFacts.reason, reason])
  return (
    <div className={styles.rest}>
      {document.timeline.length > 0 && <Card title={words.timeline} hint={words.timelineHint(zone())}><Timeline steps={document.timeline} /></Card>}
      {document.notes.length > 0 && <Card title={words.notes}><ul className={styles.notes}>{document.notes.map((note) => <li key={note}>{note}</li>)}</ul></Card>}
      <Card title={words.capture}><Facts items={facts} /></Card>
    </div>
  )
}

const Timeline = ({ steps }: { steps: StatusDocument['timeline'] }) => (
  <ol className={styles.timeline}>
    {steps.map((step) => (
      <li key={`${step.at} ${step.what}`}>
        <time dateTime={step.at}>{clock(step.at)}</time>
        <span>{words.steps[step.what] ?? step.what}</span>
        <span className={styles.ms}>{step.ms !== null && duration(step.ms)}</span>
      </li>
    ))}
  </ol>
)
