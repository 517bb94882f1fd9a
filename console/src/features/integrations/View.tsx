import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { ArrowLeft, Bug } from 'lucide-react'
import { integrationQuery } from '../../api/queries'
import type { Integration } from '../../api/types'
import { Badge } from '../../kit/Badge'
import { buttonClass } from '../../kit/Button'
import { Loading, ProblemNotice } from '../../kit/Notice'
import { Page } from '../../kit/Surface'
import { Tabs, tabClass } from '../../kit/Tabs'
import { text } from '../../text'
import { EditorTab } from './EditorTab'
import { EnableSwitch } from './EnableSwitch'
import styles from './Integrations.module.css'
import { STATE_TONE } from './model'
import { OverviewTab } from './OverviewTab'
import { RevisionsTab } from './RevisionsTab'

const words = text.integrations
const TABS = ['overview', 'editor', 'revisions'] as const

/** One integration: what it does, its document, its history. */
export function IntegrationView() {
  const { id } = useParams({ from: '/app/integrations/$id' })
  const { tab = 'overview', at } = useSearch({ from: '/app/integrations/$id' })
  const { data, isPending, isError, error, refetch } = useQuery(integrationQuery(id))
  if (isPending) return <Loading rows={8} />
  if (isError) return <Page title={words.title}><ProblemNotice error={error} onRetry={() => void refetch()} /></Page>
  const integration = data.value
  return (
    <Page above={<Back />} title={integration.name} lead={integration.description || undefined} actions={<HeadActions integration={integration} />}>
      <div className={styles.tabs}>
        <Tabs label={words.tabs.label} current={tab}>
          {TABS.map((name) => (
            <Link key={name} to="." search={{ tab: name }} className={tabClass} aria-current={name === tab ? 'page' : undefined}>
              {words.tabs[name]}
              {name === 'editor' && integration.faults.length > 0 && <Badge tone="bad">{integration.faults.length}</Badge>}
            </Link>
          ))}
        </Tabs>
      </div>
      {tab === 'overview' && <OverviewTab integration={integration} etag={data.etag} />}
      {tab === 'editor' && <EditorTab key={integration.id} integration={integration} etag={data.etag} at={at} />}
      {tab === 'revisions' && <RevisionsTab integration={integration} />}
    </Page>
  )
}

const Back = () => <Link to="/integrations" className={styles.back}><ArrowLeft size={13} aria-hidden />{words.title}</Link>

const HeadActions = ({ integration }: { integration: Integration }) => (
  <>
    <Badge tone={STATE_TONE[integration.state]}>{words.state[integration.state]}</Badge>
    <EnableSwitch integration={integration} />
    <Link to="/troubleshooting" search={{ integration: integration.id }} className={buttonClass()}><Bug size={14} aria-hidden />{words.watch}</Link>
  </>
)
