import { Link } from '@tanstack/react-router'
import type { Stats } from '../../api/types'
import { moment, zone } from '../../lib/format'
import { text } from '../../text'
import { bars } from './model'
import styles from './Overview.module.css'

const words = text.settings.overview

/** Runs over time as stacked bars; each leads to the runs of its time. */
export function Series({ series, range, from }: { series: Stats['series']; range: string; from: string }) {
  const all = bars(series, range, from)
  return (
    <>
      <ul className={styles.series}>
        {all.map((bar) => {
          const { succeeded, failed, nothing_to_do } = bar.title
          const title = `${moment(bar.at)}: ${succeeded} ${words.legend.succeeded}, ${failed} ${words.legend.failed}, ${nothing_to_do} ${words.legend.nothing_to_do}`
          return (
            <li key={bar.at}>
              <Link to="/troubleshooting" search={{ from: bar.at, to: bar.until }} className={styles.bar} title={title} aria-label={title} preload={false}>
                <i data-kind="nothing_to_do" style={{ height: `${bar.empty * 100}%` }} />
                <i data-kind="succeeded" style={{ height: `${bar.succeeded * 100}%` }} />
                <i data-kind="failed" style={{ height: `${bar.failed * 100}%` }} />
              </Link>
            </li>
          )
        })}
      </ul>
      <div className={styles.axis}>
        <span>{moment(from)}</span>
        <span className={styles.legend}>
          {(['succeeded', 'failed', 'nothing_to_do'] as const).map((kind) => <span key={kind}><i data-kind={kind} />{words.legend[kind]}</span>)}
        </span>
        <span>{words.seriesEnd(zone())}</span>
      </div>
    </>
  )
}
