import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { runsQuery } from '../../api/queries'
import { Badge } from '../../kit/Badge'
import { Loading, ProblemNotice } from '../../kit/Notice'
import { Card } from '../../kit/Surface'
import { Ago } from '../../kit/Time'
import { text } from '../../text'
import { runLink } from '../run/model'
import { PROBLEMS, startOf, toFilter } from '../troubleshooting/model'
import styles from './Overview.module.css'

const words = text.settings.overview
const SHOWN = 7

/** The newest runs that failed. */
export function LatestProblems({ range }: { range: string }) {
  const filter = useMemo(() => toFilter({ range, status: PROBLEMS }), [range])
  const { data, isPending, isError, error } = useInfiniteQuery(runsQuery(filter))
  const runs = data?.pages[0]?.items.slice(0, SHOWN) ?? []
  const all = <Link className={styles.all} to="/troubleshooting" search={{ range, status: PROBLEMS }}>{words.allProblems}</Link>
  return (
    <Card title={words.latest} actions={all} flush>
      {isPending && <Loading rows={4} />}
      {isError && <ProblemNotice error={error} />}
      {data && runs.length === 0 && <p className={styles.none}>{words.noFailures}</p>}
      <ul className={styles.latest}>
        {runs.map((run) => (
          <li key={run.id}>
            <Link {...runLink(run.id)} search={{ range, status: PROBLEMS }} className={styles.problem}>
              {run.error && <Badge tone={run.status === 'failed' ? 'bad' : 'warn'}>{text.runs.errorClass[run.error.class]}</Badge>}
              <span className={styles.problemWords}><b className="truncate">{run.integration.name}</b><span className="truncate" title={run.error?.message}>{run.error?.message ?? text.runs.status[run.status]}</span></span>
              <small><Ago at={startOf(run)} /></small>
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  )
}
