import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import { answer, client } from '../../api/client'
import { connectorsQuery, systemQuery } from '../../api/queries'
import type { Connector, System, SystemInput } from '../../api/types'
import { Badge } from '../../kit/Badge'
import { Loading, Notice, ProblemNotice } from '../../kit/Notice'
import { Card, Page } from '../../kit/Surface'
import { Tabs, tabClass } from '../../kit/Tabs'
import { toast } from '../../kit/Toast'
import { text } from '../../text'
import { useRole } from '../shell/useRole'
import { DeleteSystem } from './DeleteSystem'
import { STATE_TONE } from './model'
import { SchemaTab } from './SchemaTab'
import { SystemForm } from './SystemForm'
import styles from './Systems.module.css'
import { TestPanel } from './TestPanel'

const words = text.systems
const TABS = ['connection', 'schema'] as const

/** One system: does it work, how is it reached, what does it offer. */
export function SystemView() {
  const { id } = useParams({ from: '/app/systems/$id' })
  const { tab = 'connection', test } = useSearch({ from: '/app/systems/$id' })
  const { data, isPending, isError, error, refetch } = useQuery(systemQuery(id))
  const { data: connectors = [] } = useQuery(connectorsQuery)
  if (isPending) return <Loading rows={8} />
  if (isError) return <Page title={words.title}><ProblemNotice error={error} onRetry={() => void refetch()} /></Page>
  const system = data.value
  const connector = connectors.find((one) => one.name === system.connector)
  const above = <Link to="/systems" className={styles.back}><ArrowLeft size={13} aria-hidden />{words.title}</Link>
  return (
    <Page above={above} title={system.name} lead={`${connector?.title ?? system.connector} · ${system.base_url}`} actions={<Badge tone={STATE_TONE[system.state]}>{words.state[system.state]}</Badge>}>
      <div className={styles.tabs}>
        <Tabs label={words.tabs.label} current={tab}>
          {TABS.map((name) => <Link key={name} to="." search={{ tab: name }} className={tabClass} aria-current={name === tab ? 'page' : undefined}>{words.tabs[name]}</Link>)}
        </Tabs>
      </div>
      {tab === 'connection' && <Connection key={system.version} system={system} connector={connector} etag={data.etag} testNow={test === 'now'} />}
      {tab === 'schema' && <SchemaTab system={system} />}
    </Page>
  )
}

type ConnectionProps = { system: System; connector: Connector | undefined; etag: string | undefined; testNow: boolean }

function Connection({ system, connector, etag, testNow }: ConnectionProps) {
  const cache = useQueryClient()
  const { canEdit } = useRole()
  const save = useMutation({
    mutationFn: (body: SystemInput) =>
      answer(client.PUT('/v1/systems/{id}', { params: { path: { id: system.id }, header: etag ? { 'If-Match': etag } : {} }, body })),
    onSuccess: async () => {
      toast.ok(words.form.saved)
      await cache.invalidateQueries({ queryKey: ['systems'] })
    },
  })
  const { name, connector: kind, base_url, settings } = system
  return (
    <div className={styles.columns}>
      <div className={styles.stack}>
        {system.state_reason && system.state_reason !== system.last_test?.message && <Notice tone={system.state === 'paused' ? 'warn' : 'bad'} title={words.state[system.state]}>{system.state_reason}</Notice>}
        <TestPanel system={system} now={testNow} />
        {system.used_by.length > 0 && (
          <Card title={words.usedByTitle}>
            <ul className={styles.uses}>{system.used_by.map((one) => <li key={one.id}><Link to="/integrations/$id" params={{ id: one.id }}>{one.name}</Link></li>)}</ul>
          </Card>
        )}
      </div>
      <div className={styles.stack}>
        {save.isError && <ProblemNotice error={save.error} />}
        {connector && (
          <SystemForm connector={connector} initial={{ name, connector: kind, base_url, settings }} alreadySet={system.credentials_set} submit={words.form.save}
            busy={save.isPending} readOnly={!canEdit} onSubmit={(input) => save.mutate(input)} />
        )}
        {canEdit && <DeleteSystem system={system} etag={etag} />}
      </div>
    </div>
  )
}
