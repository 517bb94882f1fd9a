import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ArrowRight, Play } from 'lucide-react'
import { answer, client } from '../../api/client'
import { connectorsQuery } from '../../api/queries'
import type { Integration, IntegrationAction } from '../../api/types'
import { Button } from '../../kit/Button'
import { Copy } from '../../kit/Copy'
import { Card, Facts } from '../../kit/Surface'
import { Ago } from '../../kit/Time'
import { toast } from '../../kit/Toast'
import { text } from '../../text'
import { useRole } from '../shell/useRole'
import { StatusBadge } from '../run/Marks'
import { runLink } from '../run/model'
import { DeleteIntegration } from './DeleteIntegration'
import { RotateHook } from './RotateHook'
import styles from './Integrations.module.css'

const words = text.integrations

/** What the integration connects, and its actions with what starts them. */
export function OverviewTab({ integration, etag }: { integration: Integration; etag: string | undefined }) {
  const last = integration.last_run
  return (
    <>
      <div className={styles.ends}>
        <End title={words.source} end={integration.source} />
        <ArrowRight size={18} aria-hidden />
        <End title={words.target} end={integration.target} />
      </div>
      <Card title={words.actions} flush>
        <ul className={styles.actions}>{integration.actions.map((action) => <ActionRow key={action.key} integration={integration} action={action} />)}</ul>
      </Card>
      <Card>
        <Facts items={[
          [words.lastRun, last ? <Link key="run" {...runLink(last.id)} className={styles.lastLink}><StatusBadge status={last.status} /> <Ago at={last.started_at} /></Link> : words.noRun],
          [words.published, integration.published_revision ?? text.common.none],
          [words.draft, integration.draft_revision ?? text.common.none],
          [words.updated, <Ago key="updated" at={integration.updated_at} />],
        ]} />
      </Card>
      <DeleteIntegration integration={integration} etag={etag} />
    </>
  )
}

function End({ title, end }: { title: string; end: Integration['source'] }) {
  const { data: connectors = [] } = useQuery(connectorsQuery)
  const connector = connectors.find((one) => one.name === end.system.connector)
  const entity = connector?.entities.find((one) => one.name === end.entity)
  return (
    <Link to="/systems/$id" params={{ id: end.system.id }} className={styles.end}>
      <small>{title}</small><b>{end.system.name}</b><span>{connector?.title ?? end.system.connector} · {entity?.label ?? end.entity}</span>
    </Link>
  )
}

function ActionRow({ integration, action }: { integration: Integration; action: IntegrationAction }) {
  const navigate = useNavigate()
  const { canEdit } = useRole()
  const run = useMutation({
    mutationFn: () => answer(client.POST('/v1/integrations/{id}/actions/{key}/run', { params: { path: { id: integration.id, key: action.key } }, body: {} })),
    onSuccess: ({ run_id }) => {
      toast.ok(words.running(action.name))
      void navigate({ to: '/troubleshooting/$runId/$phase', params: { runId: run_id, phase: 'status' }, search: { integration: integration.id } })
    },
    onError: toast.problem,
  })
  return (
    <li className={styles.action}>
      <div className={styles.name}><b>{action.name}</b><p><code>{action.key}</code> · {words.trigger(action.trigger)}</p></div>
      {action.hook_url && (
        <p className={styles.hook} title={words.hookHint}><code className="truncate">{action.hook_url}</code><Copy value={new URL(action.hook_url, location.origin).href} label={words.copyHook} /><RotateHook id={integration.id} action={action} /></p>
      )}
      <div className={styles.actionTools}>
        <Link className={styles.lastLink} to="/troubleshooting" search={{ integration: integration.id, action: action.key }}>{words.watch}</Link>
        {canEdit && <Button small icon={Play} busy={run.isPending} disabled={!integration.enabled} onClick={() => run.mutate()}>{words.runNow}</Button>}
      </div>
    </li>
  )
}
