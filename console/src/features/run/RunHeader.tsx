import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Ban, Copy as CopyIcon, Download, Ellipsis, Fingerprint, Link2, ListFilter, Play, Workflow, X } from 'lucide-react'
import { answer, client } from '../../api/client'
import { meQuery } from '../../api/queries'
import type { RunDetail } from '../../api/types'
import { Button, IconButton } from '../../kit/Button'
import { Menu, MenuItem, MenuLine } from '../../kit/Menu'
import { Ago } from '../../kit/Time'
import { toast } from '../../kit/Toast'
import { duration, fullTime, moment, zone } from '../../lib/format'
import { copy, download } from '../../lib/files'
import { useKeys } from '../../lib/useKeys'
import { text } from '../../text'
import { filtersOf, startOf } from '../troubleshooting/model'
import { StatusBadge } from './Marks'
import { isLive, runLink, TRIGGER_ICON } from './model'
import styles from './Run.module.css'

const words = text.runs.run

/** What ran, when, how long, and what can be done with it. */
export function RunHeader({ run }: { run: RunDetail }) {
  const search = useSearch({ from: '/app/troubleshooting' })
  const exporting = useMutation({ mutationFn: () => download(`/v1/runs/${run.id}/export`, `run-${run.id}.zip`), onError: toast.problem })
  useKeys({ e: () => exporting.mutate() })
  return (
    <header className={styles.head}>
      <div className={styles.titleRow}>
        <StatusBadge status={run.status} />
        <h2 className={styles.title}><span>{run.integration.name}</span> <small>{run.action.name}</small></h2>
        <div className={styles.tools}>
          <CancelButton run={run} />
          <Button small icon={Download} busy={exporting.isPending} title={words.exportHint} onClick={() => exporting.mutate()}>{words.export}</Button>
          <More run={run} />
          <Link to="/troubleshooting" search={filtersOf(search)} className={styles.close} aria-label={words.close}><X size={15} aria-hidden /></Link>
        </div>
      </div>
      <RunFacts run={run} />
    </header>
  )
}

function RunFacts({ run }: { run: RunDetail }) {
  const search = useSearch({ from: '/app/troubleshooting' })
  const Trigger = TRIGGER_ICON[run.trigger]
  const waited = run.started_at ? new Date(run.started_at).getTime() - new Date(run.queued_at).getTime() : null
  return (
    <p className={styles.facts}>
      <span><time dateTime={startOf(run)} title={fullTime(startOf(run))}>{moment(startOf(run))} {zone(startOf(run))}</time> · <Ago at={startOf(run)} /></span>
      <span><Trigger size={12} aria-hidden /> {text.runs.trigger[run.trigger]}</span>
      {run.duration_ms !== null && <span>{words.facts.took} {duration(run.duration_ms)}</span>}
      {waited !== null && waited >= 1_000 && <span>{words.facts.queued} {duration(waited)}</span>}
      <span>{words.facts.revision} {run.revision}</span>
      {run.attempt > 1 && <span>{words.facts.attempt} {run.attempt}</span>}
      {run.caused_by && <Link {...runLink(run.caused_by)} search={filtersOf(search)} className={styles.cause}>{words.causedBy}</Link>}
      <span className="mono" title={run.id}>{run.id.slice(-8)}</span>
    </p>
  )
}

function CancelButton({ run }: { run: RunDetail }) {
  const cancel = useMutation({
    mutationFn: () => answer(client.POST('/v1/runs/{id}/cancel', { params: { path: { id: run.id } } })),
    onSuccess: () => toast.ok(words.cancelled),
    onError: toast.problem,
  })
  if (!isLive(run.status)) return null
  return <Button small look="danger" icon={Ban} busy={cancel.isPending} onClick={() => cancel.mutate()}>{words.cancel}</Button>
}

function More({ run }: { run: RunDetail }) {
  const navigate = useNavigate()
  const { data: me } = useQuery(meQuery)
  const again = useMutation({
    mutationFn: () => answer(client.POST('/v1/integrations/{id}/actions/{key}/run', { params: { path: { id: run.integration.id, key: run.action.key } }, body: {} })),
    onSuccess: () => toast.ok(words.started(run.action.name)),
    onError: toast.problem,
  })
  const copied = (value: string) => void copy(value).then(() => toast.ok(text.common.copied))
  const filter = (search: Record<string, string>) => void navigate({ to: '/troubleshooting', search })
  return (
    <Menu trigger={<IconButton label={words.menu} icon={Ellipsis} />}>
      <MenuItem icon={Play} disabled={me?.role === 'viewer'} onSelect={() => again.mutate()}>{words.again}</MenuItem>
      <MenuLine />
      <MenuItem icon={Link2} onSelect={() => copied(location.href)}>{words.copyLink}</MenuItem>
      <MenuItem icon={CopyIcon} onSelect={() => copied(run.id)}>{words.copyId}</MenuItem>
      <MenuLine />
      <MenuItem icon={ListFilter} onSelect={() => filter({ integration: run.integration.id, action: run.action.key })}>{words.onlyAction}</MenuItem>
      {run.error && <MenuItem icon={Fingerprint} onSelect={() => filter({ error_code: run.error!.code })}>{words.sameCode}</MenuItem>}
      <MenuItem icon={Workflow} onSelect={() => void navigate({ to: '/integrations/$id', params: { id: run.integration.id } })}>{words.openIntegration}</MenuItem>
    </Menu>
  )
}
