import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Inbox } from 'lucide-react'
import type { ReactNode } from 'react'
import { statsQuery } from '../../api/queries'
import type { Stats } from '../../api/types'
import { Segments } from '../../kit/Form'
import { Empty, Loading, ProblemNotice } from '../../kit/Notice'
import { Card, Page } from '../../kit/Surface'
import { Ago } from '../../kit/Time'
import { count } from '../../lib/format'
import { useNow } from '../../lib/useNow'
import { text } from '../../text'
import { PROBLEMS, type TroubleSearch } from '../troubleshooting/model'
import { LatestProblems } from './LatestProblems'
import { figures, fromOf, percent, ranked } from './model'
import styles from './Overview.module.css'
import { Series } from './Series'

const words = text.settings.overview

/** What happened lately; every figure leads to the runs behind it. */
export function OverviewView() {
  const { range: asked = '24h' } = useSearch({ from: '/app/' })
  const range = asked in words.ranges ? asked : '24h'
  const navigate = useNavigate()
  const now = useNow(60_000)
  const { data, isPending, isError, error, refetch } = useQuery({ ...statsQuery(fromOf(range, now)), placeholderData: (before) => before })
  const options = Object.entries(words.ranges).map(([value, label]) => ({ value, label }))
  const choice = <Segments label={words.range} value={range} options={options} onChange={(next) => void navigate({ to: '/', search: { range: next }, replace: true })} />
  return (
    <Page title={words.title} lead={words.lead} actions={choice}>
      {isPending && <Loading rows={8} />}
      {isError && !data && <ProblemNotice error={error} onRetry={() => void refetch()} />}
      {data && <Content stats={data} range={range} now={now} />}
    </Page>
  )
}

function Content({ stats, range, now }: { stats: Stats; range: string; now: number }) {
  const { runs, failed, written, success } = figures(stats)
  if (runs === 0) return <Empty icon={Inbox} title={words.none}>{words.noneLead}</Empty>
  return (
    <>
      <ul className={styles.figures}>
        <Figure title={words.runs} value={count(runs)} search={{ range }} />
        <Figure title={words.failed} value={count(failed)} bad={failed > 0} search={{ range, status: PROBLEMS }} />
        <Figure title={words.written} value={count(written)} search={{ range, status: 'succeeded' }} />
        <Figure title={words.success} hint={words.successHint} value={percent(success)} search={{ range }} />
      </ul>
      <Card title={words.series}><Series series={stats.series} range={range} from={fromOf(range, now)} /></Card>
      <div className={styles.columns}>
        <Card title={words.classes}><Classes stats={stats} range={range} /></Card>
        <LatestProblems range={range} />
      </div>
      <Card title={words.integrations} flush><PerIntegration stats={stats} range={range} /></Card>
    </>
  )
}

const Figure = ({ title, hint, value, bad, search }: { title: string; hint?: string; value: string; bad?: boolean; search: TroubleSearch }) => (
  <li>
    <Link to="/troubleshooting" search={search} className={styles.figure}>
      <span>{title}</span><b data-bad={bad || undefined}>{value}</b>{hint && <small>{hint}</small>}
    </Link>
  </li>
)

function Classes({ stats, range }: { stats: Stats; range: string }) {
  const classes = ranked(stats.runs.by_error_class)
  if (classes.length === 0) return <p className="dim">{words.noFailures}</p>
  return (
    <ul className={styles.classes}>
      {classes.map(({ name, count: runs, share }) => (
        <li key={name}>
          <Link to="/troubleshooting" search={{ range, error_class: name }} className={styles.class}>
            <span>{text.runs.errorClass[name]}</span><span className={styles.track}><i style={{ width: `${share * 100}%` }} /></span><b className="num">{count(runs)}</b>
          </Link>
        </li>
      ))}
    </ul>
  )
}

const PerIntegration = ({ stats, range }: { stats: Stats; range: string }) => (
  <div className={styles.tableScroll}>
    <table className={styles.table}>
      <thead><tr><th>{words.columns.name}</th><th>{words.columns.runs}</th><th>{words.columns.failed}</th><th>{words.columns.success}</th><th>{words.columns.failure}</th></tr></thead>
      <tbody>
        {stats.per_integration.map((one) => (
          <tr key={one.integration.id}>
            <td><Link to="/troubleshooting" search={{ range, integration: one.integration.id }}>{one.integration.name}</Link></td>
            <td className="num">{count(one.runs)}</td>
            <td className="num">{one.failed > 0 ? <Link className={styles.bad} to="/troubleshooting" search={{ range, integration: one.integration.id, status: PROBLEMS }}>{count(one.failed)}</Link> : <span className="dim">0</span>}</td>
            <td>{when(one.last_success_at)}</td>
            <td>{when(one.last_failure_at)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

const when = (at: string | null): ReactNode => (at ? <Ago at={at} /> : <span className="dim">{text.common.never}</span>)
