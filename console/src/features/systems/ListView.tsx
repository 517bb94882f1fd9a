import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Cable, Plus } from 'lucide-react'
import { connectorsQuery, systemsQuery } from '../../api/queries'
import type { Connector, System } from '../../api/types'
import { Badge, Dot } from '../../kit/Badge'
import { buttonClass } from '../../kit/Button'
import { Empty, Loading, ProblemNotice } from '../../kit/Notice'
import { Page } from '../../kit/Surface'
import { Ago } from '../../kit/Time'
import { text } from '../../text'
import { useRole } from '../shell/useRole'
import { STATE_TONE } from './model'
import styles from './Systems.module.css'

const words = text.systems

/** Every connected system, and whether it works. */
export function SystemsView() {
  const { data, isPending, isError, error, refetch } = useQuery(systemsQuery)
  const { data: connectors = [] } = useQuery(connectorsQuery)
  const { canEdit } = useRole()
  const create = canEdit && <Link to="/systems/new" className={buttonClass('primary')}><Plus size={14} aria-hidden />{words.create}</Link>
  return (
    <Page title={words.title} lead={words.lead} actions={create}>
      {isPending && <Loading rows={5} />}
      {isError && <ProblemNotice error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <Empty icon={Cable} title={words.emptyTitle} actions={create}>{words.emptyLead}</Empty>}
      <ul className={styles.grid}>
        {data?.map((system) => <SystemCard key={system.id} system={system} connector={connectors.find((one) => one.name === system.connector)} />)}
      </ul>
    </Page>
  )
}

const SystemCard = ({ system, connector }: { system: System; connector: Connector | undefined }) => (
  <li className={styles.card}>
    <div className={styles.cardHead}>
      <Dot tone={STATE_TONE[system.state]} />
      <Link to="/systems/$id" params={{ id: system.id }} className={styles.link}>{system.name}</Link>
      <Badge tone={STATE_TONE[system.state]}>{words.state[system.state]}</Badge>
    </div>
    <p className={styles.url}>{system.base_url}</p>
    {system.state_reason && <p className={styles.reason}>{system.state_reason}</p>}
    <p className={styles.cardFoot}>
      <span>{connector?.title ?? system.connector}</span>
      <span>{words.usedBy(system.used_by.length)}</span>
      <span>{system.last_test ? <>{words.tested} <Ago at={system.last_test.at} /></> : words.notTested}</span>
    </p>
  </li>
)
