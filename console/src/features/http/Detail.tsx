import { useState } from 'react'
import type { Exchange } from '../../api/types'
import { Badge } from '../../kit/Badge'
import { Copy } from '../../kit/Copy'
import { Segments } from '../../kit/Form'
import { Notice } from '../../kit/Notice'
import { Facts } from '../../kit/Surface'
import { curl } from '../../lib/curl'
import { duration, fullTime } from '../../lib/format'
import { text } from '../../text'
import { httpTone } from '../run/model'
import { BodyView } from './BodyView'
import styles from './Detail.module.css'
import { segments } from './model'

const words = text.runs.http
type Tab = 'response' | 'request' | 'headers' | 'timing'

/** One exchange in full: what was sent, what came back, and how long each stage took. */
export function Detail({ exchange, pointer }: { exchange: Exchange; pointer?: string | undefined }) {
  const [tab, setTab] = useState<Tab>('response')
  const { request, response, error } = exchange
  const options = (['response', 'request', 'headers', 'timing'] as const).map((value) => ({ value, label: words.tabs[value] }))
  return (
    <section className={styles.detail} aria-label={`${request.method} ${request.url}`}>
      <header className={styles.head}>
        <p className={styles.line}>
          <b className="mono">{request.method}</b> <span className={`${styles.url} mono`}>{request.url}</span>
          <Badge tone={httpTone(response?.status)}>{response?.status ?? words.noAnswer}</Badge>
        </p>
        <div className={styles.tools}>
          <Segments compact label={words.label} value={tab} options={options} onChange={setTab} />
          <span className={styles.copies}><Copy words value={request.url} label={words.copyUrl} /><Copy words value={() => curl(exchange)} label={words.curl} /></span>
        </div>
      </header>
      {error && <div className={styles.pad}><Notice tone="bad" title={words.noAnswer}><code>{error.kind}</code> {error.message}</Notice></div>}
      {tab === 'response' && (response || !error) && <BodyView body={response?.body ?? null} label={words.tabs.response} mark={pointer} />}
      {tab === 'request' && <BodyView body={request.body} label={words.tabs.request} />}
      {tab === 'headers' && <Headers exchange={exchange} />}
      {tab === 'timing' && <Timing exchange={exchange} />}
    </section>
  )
}

function Headers({ exchange: { request, response } }: { exchange: Exchange }) {
  const groups = [
    { title: words.responseHeaders, headers: response?.headers ?? [] },
    { title: words.requestHeaders, headers: request.headers },
  ]
  return (
    <div className={styles.pad}>
      {groups.map((group) => (
        <section key={group.title} className={styles.headers}>
          <h3>{group.title}</h3>
          <dl className="mono">{group.headers.map(([name = '', value = '']) => <div key={`${name} ${value}`}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
        </section>
      ))}
    </div>
  )
}

function Timing({ exchange }: { exchange: Exchange }) {
  const stages = segments(exchange.timings)
  const total = exchange.timings.total_ms || 1
  const facts: [string, React.ReactNode][] = [
    [words.facts.at, fullTime(exchange.at)],
    [words.facts.remote, <code key="remote">{exchange.remote_address ?? '–'}</code>],
    [words.facts.version, exchange.response?.http_version ?? '–'],
  ]
  if (exchange.record) facts.push([words.facts.record, <code key="record">{exchange.record}</code>])
  return (
    <div className={styles.pad}>
      <ol className={styles.stages}>
        {stages.map((stage) => (
          <li key={stage.name}>
            <span>{words.timings[stage.name]}</span>
            <span className={styles.track}><i data-stage={stage.name} style={{ left: `${(stage.from / total) * 100}%`, width: `max(2px, ${(stage.ms / total) * 100}%)` }} /></span>
            <span className="num">{duration(stage.ms)}</span>
          </li>
        ))}
        <li><b>{words.timings['total_ms']}</b><span /><b className="num">{duration(exchange.timings.total_ms)}</b></li>
      </ol>
      <Facts items={facts} />
    </div>
  )
}
