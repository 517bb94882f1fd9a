import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import { answer, client } from '../../api/client'
import { connectorsQuery } from '../../api/queries'
import type { Connector, SystemInput } from '../../api/types'
import { Badge, type Tone } from '../../kit/Badge'
import { Loading, ProblemNotice } from '../../kit/Notice'
import { Page } from '../../kit/Surface'
import { text } from '../../text'
import { defaultsOf } from './model'
import { SystemForm } from './SystemForm'
import styles from './Systems.module.css'

const words = text.systems
const BADGE: Record<Connector['status'], Tone> = { verified: 'ok', simulated: 'warn', generic: 'quiet' }

/** Connects a system: first its kind, then its address and credentials. */
export function NewSystemView() {
  const { connector: name } = useSearch({ from: '/app/systems/new' })
  const { data: connectors, isPending, isError, error } = useQuery(connectorsQuery)
  if (isPending) return <Loading rows={8} />
  if (isError) return <Page title={words.chooseTitle}><ProblemNotice error={error} /></Page>
  const connector = connectors.find((one) => one.name === name)
  return connector ? <Create key={connector.name} connector={connector} /> : <Choose connectors={connectors} />
}

const Choose = ({ connectors }: { connectors: Connector[] }) => (
  <Page title={words.chooseTitle} lead={words.chooseLead} above={<Link to="/systems" className={styles.back}><ArrowLeft size={13} aria-hidden />{words.title}</Link>}>
    <ul className={styles.grid}>
      {connectors.map((connector) => (
        <li key={connector.name} className={styles.card}>
          <div className={styles.cardHead}>
            <Link to="/systems/new" search={{ connector: connector.name }} className={styles.link}>{connector.title}</Link>
            <Badge tone={BADGE[connector.status]} title={words.badgeHint(connector)}>{words.badge[connector.status]}</Badge>
          </div>
          <p className={styles.reason}>{connector.description}</p>
          <p className={styles.cardFoot}><span>{connector.vendor}</span><span>{connector.entities.map((entity) => entity.label).join(', ')}</span></p>
        </li>
      ))}
    </ul>
  </Page>
)

function Create({ connector }: { connector: Connector }) {
  const cache = useQueryClient()
  const navigate = useNavigate()
  const create = useMutation({
    mutationFn: (body: SystemInput) => answer(client.POST('/v1/systems', { body })),
    onSuccess: async ({ id }) => {
      await cache.invalidateQueries({ queryKey: ['systems'], exact: true })
      await navigate({ to: '/systems/$id', params: { id }, search: { test: 'now' } })
    },
  })
  const initial = { name: connector.title, connector: connector.name, base_url: '', settings: defaultsOf(connector.settings_schema) }
  const above = <Link to="/systems/new" search={{}} className={styles.back}><ArrowLeft size={13} aria-hidden />{words.chooseTitle}</Link>
  return (
    <Page narrow title={words.newTitle(connector.title)} lead={connector.description} above={above}>
      {create.isError && <ProblemNotice error={create.error} />}
      <SystemForm connector={connector} initial={initial} alreadySet={[]} submit={words.form.saveNew} busy={create.isPending} onSubmit={(input) => create.mutate(input)} />
    </Page>
  )
}
