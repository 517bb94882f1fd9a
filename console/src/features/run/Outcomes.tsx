import { useInfiniteQuery } from '@tanstack/react-query'
import { ArrowRight, ExternalLink } from 'lucide-react'
import { useState } from 'react'
import { runRecordsQuery } from '../../api/queries'
import type { RunDetail, RunRecord } from '../../api/types'
import { Badge } from '../../kit/Badge'
import { Button } from '../../kit/Button'
import { Select } from '../../kit/Form'
import { Loading, ProblemNotice } from '../../kit/Notice'
import { Prose } from '../../kit/Prose'
import { Card } from '../../kit/Surface'
import { text } from '../../text'
import { evidenceTarget, OUTCOME_TONE, outcomeParts, withoutRecord } from './model'
import type { ShowPhase } from './PhaseView'
import styles from './Status.module.css'

const words = text.runs.statusTab

/** What became of each record, with links into both systems and into the phases. */
export function Outcomes({ run, reasons, onShow }: { run: RunDetail; reasons: ReadonlyMap<string, string | null>; onShow: ShowPhase }) {
  const [outcome, setOutcome] = useState('')
  const records = useInfiniteQuery(runRecordsQuery(run.id, outcome || undefined))
  const items = records.data?.pages.flatMap((page) => page.items) ?? []
  const options = [{ value: '', label: words.all }, ...outcomeParts(run.records).map((part) => ({ value: part.outcome, label: `${text.runs.outcome[part.outcome]} (${part.count})` }))]
  const filter = options.length > 2 && (
    <Select className={styles.pick} aria-label={words.columns.outcome} value={outcome} options={options} onChange={(event) => setOutcome(event.target.value)} />
  )
  return (
    <Card title={words.records} actions={filter} flush>
      {records.isPending && <Loading rows={2} />}
      {records.isError && <div className={styles.pad}><ProblemNotice error={records.error} onRetry={() => void records.refetch()} /></div>}
      {records.isSuccess && items.length === 0 && <p className={styles.none}>{words.noRecords}</p>}
      {items.length > 0 && (
        <ul className={styles.records}>{items.map((record) => <RecordRow key={record.source_key} record={record} reason={reasons.get(record.source_key) ?? ''} onShow={onShow} />)}</ul>
      )}
      {records.hasNextPage && <div className={styles.pad}><Button small busy={records.isFetchingNextPage} onClick={() => void records.fetchNextPage()}>{words.moreRecords}</Button></div>}
    </Card>
  )
}

function RecordRow({ record, reason, onShow }: { record: RunRecord; reason: string; onShow: ShowPhase }) {
  const why = record.error ? withoutRecord(record.error.message, record.source_key) : reason
  const target = evidenceTarget(record.error?.evidence) ?? { phase: 'load' as const, search: { rec: record.source_key } }
  return (
    <li className={styles.record}>
      <span><Badge tone={OUTCOME_TONE[record.outcome]}>{text.runs.outcome[record.outcome]}</Badge></span>
      <span className={styles.pair}>
        <RecordLink label={words.columns.source} name={record.source_key} url={record.source_url} />
        {record.target_key && <><ArrowRight size={12} aria-hidden /><RecordLink label={words.columns.target} name={record.target_key} url={record.target_url} /></>}
      </span>
      <span className={styles.why}>{why && <Prose text={why} />}</span>
      <Button look="ghost" small onClick={() => onShow(target.phase, { ...target.search, rec: target.search.rec ?? record.source_key })}>
        {record.error ? text.runs.diagnosis.evidence : words.showLoad}
      </Button>
    </li>
  )
}

/** A record's key, as a link to its page in its own system when it has one. */
export function RecordLink({ label, name, url }: { label: string; name: string | null; url: string | null }) {
  if (name === null) return <span className="dim">–</span>
  if (!url || !/^https?:\/\//.test(url)) return <span className="mono truncate" title={label}>{name}</span>
  return (
    <a className={`${styles.recordLink} mono`} href={url} target="_blank" rel="noreferrer" title={words.open(name)}>
      <span className="truncate">{name}</span><ExternalLink size={11} aria-hidden />
    </a>
  )
}
