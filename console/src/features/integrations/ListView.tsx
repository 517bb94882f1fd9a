import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowRight, Plus, TriangleAlert, Workflow } from 'lucide-react'
import { integrationsQuery } from '../../api/queries'
import type { Integration } from '../../api/types'
import { Badge } from '../../kit/Badge'
import { buttonClass } from '../../kit/Button'
import { Empty, Loading, ProblemNotice } from '../../kit/Notice'
import { Page } from '../../kit/Surface'
import { Ago } from '../../kit/Time'
import { text } from '../../text'
import { StatusIcon } from '../run/Marks'
import { runLink } from '../run/model'
import { EnableSwitch } from './EnableSwitch'
import styles from './Integrations.module.css'
import { hasUnpublished, STATE_TONE } from './model'
import { useRole } from '../shell/useRole'

const words = text.integrations

/** Every integration: what it connects, whether it runs, how its last run went. */
export function IntegrationsView() {
  const { data, isPending, isError, error, refetch } = useQuery(integrationsQuery)
  const { canEdit } = useRole()
  const create = canEdit && <Link to="/integrations/new" className={buttonClass('primary')}><Plus size={14} aria-hidden />{words.create}</Link>
  return (
    <Page title={words.title} lead={words.lead} actions={create}>
      {isPending && <Loading rows={6} />}
      {isError && <ProblemNotice error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <Empty icon={Workflow} title={words.emptyTitle} actions={create}>{words.emptyLead}</Empty>}
      {data && data.length > 0 && <ul className={styles.list}>{data.map((one) => <Row key={one.id} integration={one} />)}</ul>}
    </Page>
  )
}

const Row = ({ integration: one }: { integration: Integration }) => (
  <li className={styles.row}>
    <div className={styles.name}>
      <Link to="/integrations/$id" params={{ id: one.id }} className={styles.link}>{one.name}</Link>
      <p><End end={one.source} /> <ArrowRight size={12} aria-hidden /> <End end={one.target} /></p>
    </div>
    <p className={styles.triggers}>{one.actions.map((action) => <Badge key={action.key} outline>{action.name} · {words.trigger(action.trigger)}</Badge>)}</p>
    <p className={styles.marks}>
      <Badge tone={STATE_TONE[one.state]}>{words.state[one.state]}</Badge>
      {one.faults.length > 0 && <Badge tone="bad" icon={TriangleAlert}>{words.faults(one.faults.length)}</Badge>}
      {hasUnpublished(one) && one.published_revision !== null && <Badge tone="warn">{words.unpublished}</Badge>}
    </p>
    <p className={styles.last}>
      {one.last_run
        ? <Link {...runLink(one.last_run.id)} className={styles.lastLink}><StatusIcon status={one.last_run.status} /><Ago at={one.last_run.started_at} /></Link>
        : <span className="dim">{words.noRun}</span>}
    </p>
    <EnableSwitch integration={one} />
  </li>
)

const End = ({ end }: { end: Integration['source'] }) => <span>{end.system.name} <span className="dim">{end.entity}</span></span>
