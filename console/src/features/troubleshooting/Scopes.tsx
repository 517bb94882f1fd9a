import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { integrationsQuery, statsQuery } from '../../api/queries'
import type { Integration } from '../../api/types'
import { Dot, type Tone } from '../../kit/Badge'
import { text } from '../../text'
import { fromOf } from '../overview/model'
import type { TroubleSearch } from './model'
import { STATUS_LOOK } from '../run/model'
import styles from './Scopes.module.css'

const words = text.runs.scopes

/** Integration, then action: the first two choices, with how many runs failed lately. */
export function Scopes({ search }: { search: TroubleSearch }) {
  const { data: integrations = [] } = useQuery(integrationsQuery)
  const dayAgo = useMemo(() => fromOf('24h'), [])
  const { data: stats } = useQuery(statsQuery(dayAgo))
  const failed = new Map(stats?.per_integration.map((one) => [one.integration.id, one.failed]))
  const kept = { ...search, integration: undefined, action: undefined }
  return (
    <nav className={styles.scopes} aria-label={words.label}>
      <Link to="." search={kept} className={styles.scope} aria-current={search.integration || search.action ? undefined : 'true'}>{words.everything}</Link>
      {integrations.map((one) => <Scope key={one.id} integration={one} search={search} failed={failed.get(one.id) ?? 0} />)}
    </nav>
  )
}

function Scope({ integration: one, search, failed }: { integration: Integration; search: TroubleSearch; failed: number }) {
  const chosen = search.integration === one.id
  const tone: Tone = one.last_run ? STATUS_LOOK[one.last_run.status].tone : 'quiet'
  return (
    <div>
      <Link to="." search={{ ...search, integration: one.id, action: undefined }} className={styles.scope} aria-current={chosen && !search.action ? 'true' : undefined}>
        <Dot tone={one.enabled ? tone : 'quiet'} />
        <span className="truncate" title={one.name}>{one.name}</span>
        {failed > 0 && <span className={styles.count} title={words.failures(failed)}>{failed}</span>}
      </Link>
      {chosen && one.actions.map((action) => (
        <Link key={action.key} to="." search={{ ...search, action: action.key }} className={styles.action} aria-current={search.action === action.key ? 'true' : undefined}>
          <span className="truncate">{action.name}</span>
        </Link>
      ))}
    </div>
  )
}
