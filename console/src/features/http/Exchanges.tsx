import { useState } from 'react'
import type { Exchange } from '../../api/types'
import { Badge } from '../../kit/Badge'
import { Empty } from '../../kit/Notice'
import { bytes, duration } from '../../lib/format'
import { text } from '../../text'
import { httpTone } from '../run/model'
import { Detail } from './Detail'
import styles from './Exchanges.module.css'
import { choose, shortUrl, waterfall } from './model'

const words = text.runs.http

type ExchangesProps = { exchanges: Exchange[]; chosen?: string | undefined; pointer?: string | undefined; record?: string | undefined }

/** HTTP exchanges like a browser's network panel: the list, and one of them in full. */
export function Exchanges({ exchanges, chosen, pointer, record }: ExchangesProps) {
  const [picked, setPicked] = useState<string | undefined>(chosen)
  const current = choose(exchanges, picked, record)
  if (!current) return <Empty title={words.none} />
  const { bars, width } = waterfall(exchanges)
  return (
    <div className={styles.panel}>
      <ul className={styles.list} aria-label={words.label}>
        {exchanges.map((exchange, index) => (
          <li key={exchange.id}>
            <ExchangeRow exchange={exchange} current={exchange === current} bar={bars[index]!} width={width} onPick={() => setPicked(exchange.id)} />
          </li>
        ))}
      </ul>
      <Detail key={current.id} exchange={current} pointer={current.id === chosen ? pointer : undefined} />
    </div>
  )
}

type RowProps = { exchange: Exchange; current: boolean; bar: { from: number; ms: number }; width: number; onPick: () => void }

function ExchangeRow({ exchange, current, bar, width, onPick }: RowProps) {
  const { path, query } = shortUrl(exchange.request.url)
  const failed = !exchange.response || exchange.response.status >= 400
  return (
    <button type="button" className={styles.row} aria-current={current ? 'true' : undefined} onClick={onPick}>
      <span className={styles.method}>{exchange.request.method}</span>
      <span className={styles.path} title={exchange.request.url}>{path}<span>{query}</span></span>
      <Badge tone={httpTone(exchange.response?.status)}>{exchange.response?.status ?? words.noAnswer}</Badge>
      <span className={styles.meta}>
        <span className={styles.bar} aria-hidden>
          <i data-failed={failed || undefined} style={{ left: `${(bar.from / width) * 100}%`, width: `max(3px, ${(bar.ms / width) * 100}%)` }} />
        </span>
        {exchange.attempt > 1 && <span className={styles.attempt}>{words.attempt(exchange.attempt)}</span>}
        <span>{bytes(exchange.response?.body?.size)}</span>
        <span>{duration(exchange.timings.total_ms)}</span>
      </span>
    </button>
  )
}
