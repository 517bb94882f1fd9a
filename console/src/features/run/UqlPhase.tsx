import type { ReactNode } from 'react'
import type { UqlDocument } from '../../api/types'
import { Copy } from '../../kit/Copy'
import { JsonView } from '../../kit/JsonView'
import { Card, Facts } from '../../kit/Surface'
import { fullTime } from '../../lib/format'
import { text } from '../../text'
import type { PhaseProps } from './PhaseView'
import styles from './Records.module.css'

const words = text.runs.uql

/** The query: as it was meant, as it was sent, and who did which part of it. */
export const UqlPhase = ({ document }: PhaseProps<'uql'>) => (
  <div className={styles.stack}>
    <Card title={words.query} hint={words.queryLead} flush><Code value={document.text} /></Card>
    <Card title={words.native} hint={words.nativeLead} flush>
      <Code value={`${document.native.method} ${document.native.url}`} />
      {document.native.body !== null && document.native.body !== undefined && <JsonView value={document.native.body} label={words.native} />}
    </Card>
    <div className={styles.uql}>
      <Card title={words.pushed} flush><Predicates items={document.pushed} none={words.noPushed} /></Card>
      <Card title={words.residual} flush><Predicates items={document.residual} none={words.noResidual} /></Card>
      <Card title={words.watermark}><Facts items={facts(document)} /></Card>
    </div>
  </div>
)

const Code = ({ value }: { value: string }) => (
  <div className={styles.code}><pre>{value}</pre><span className={styles.codeCopy}><Copy value={value} label={words.copy} /></span></div>
)

const Predicates = ({ items, none }: { items: string[]; none: string }) =>
  items.length === 0 ? <p className={styles.none}>{none}</p> : <ul className={styles.list}>{items.map((item) => <li key={item}>{item}</li>)}</ul>

function facts({ watermark, order_by, limit }: UqlDocument): [string, ReactNode][] {
  const time = (at: string | null) => (at === null ? words.unset : <code>{Number.isNaN(Date.parse(at)) ? at : fullTime(at)}</code>)
  return [
    [words.before, time(watermark.before)],
    [words.after, watermark.after === watermark.before ? words.unmoved : time(watermark.after)],
    [words.order, <code key="order">{order_by.length > 0 ? order_by.join(', ') : '–'}</code>],
    [words.limit, limit ?? '–'],
  ]
}
