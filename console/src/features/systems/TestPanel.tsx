import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plug } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { answer, client } from '../../api/client'
import type { System, TestReport } from '../../api/types'
import { Button } from '../../kit/Button'
import { Notice, ProblemNotice } from '../../kit/Notice'
import { Card, Facts } from '../../kit/Surface'
import { Ago } from '../../kit/Time'
import { duration } from '../../lib/format'
import { text } from '../../text'
import { Exchanges } from '../http/Exchanges'
import { useRole } from '../shell/useRole'
import styles from './Systems.module.css'

const words = text.systems

/** Tests the connection, and shows what was really sent and answered. */
export function TestPanel({ system, now }: { system: System; now: boolean }) {
  const cache = useQueryClient()
  const { canEdit } = useRole()
  const test = useMutation({
    mutationFn: () => answer(client.POST('/v1/systems/{id}/test', { params: { path: { id: system.id } } })),
    onSettled: () => cache.invalidateQueries({ queryKey: ['systems'] }),
  })
  const started = useRef(false)
  useEffect(() => {
    if (!now || started.current) return
    started.current = true
    test.mutate()
  }, [now, test])
  const last = system.last_test
  const button = canEdit && <Button icon={Plug} busy={test.isPending} onClick={() => test.mutate()}>{test.isPending ? words.testing : words.test}</Button>
  return (
    <Card title={words.test} actions={button}>
      <div className={styles.stack}>
        {!test.data && !test.isError && (
          last ? <Notice tone={last.ok ? 'ok' : 'bad'} title={last.message}>{words.tested} <Ago at={last.at} /></Notice> : <p className="dim">{words.notTested}</p>
        )}
        {test.isError && <ProblemNotice error={test.error} />}
        {test.data && <Report report={test.data} />}
      </div>
    </Card>
  )
}

function Report({ report }: { report: TestReport }) {
  const { error } = report
  return (
    <>
      <Notice tone={report.ok ? 'ok' : 'bad'} title={report.ok ? words.testOk : words.testFailed}>
        <p>{report.message}</p>
        {error?.cause && <p>{error.cause}</p>}
        {error?.what_to_do && <p><b>{error.what_to_do}</b></p>}
        {error?.docs && <p><a href={error.docs} target="_blank" rel="noreferrer" className={styles.docs}><code>{error.code}</code> · {text.common.explained}</a></p>}
      </Notice>
      <Facts items={[[words.identity, report.identity ?? '–'], [words.version, report.version ?? '–'], [words.took, duration(report.took_ms)]]} />
      {report.exchanges.length > 0 && (
        <section className={styles.exchanges}><h3>{words.exchangeTitle}</h3><Exchanges exchanges={report.exchanges} chosen={error?.evidence?.exchange ?? undefined} /></section>
      )}
    </>
  )
}
