import { useMemo, useState } from 'react'
import type { Body } from '../../api/types'
import { Copy } from '../../kit/Copy'
import { Segments } from '../../kit/Form'
import { JsonView } from '../../kit/JsonView'
import { bytes } from '../../lib/format'
import { text } from '../../text'
import styles from './Detail.module.css'
import { jsonOf } from './model'

const words = text.runs.http

/** A body: JSON as a document, other text as it is, anything else described. */
export function BodyView({ body, label, mark }: { body: Body | null; label: string; mark?: string | undefined }) {
  const json = useMemo(() => jsonOf(body), [body])
  const [view, setView] = useState<'pretty' | 'raw'>('pretty')
  if (!body || body.size === 0) return <p className={styles.none}>{words.noBody}</p>
  const options = [{ value: 'pretty' as const, label: words.pretty }, { value: 'raw' as const, label: words.raw }]
  return (
    <>
      <p className={styles.bodyMeta}>
        <span>{body.content_type}</span><span>{bytes(body.size)}</span>
        {body.sha256 && <span className="mono" title={`${words.facts.sha} ${body.sha256}`}>sha256:{body.sha256.slice(0, 8)}</span>}
        {body.truncated && <span className={styles.warn}>{words.truncated(bytes(body.size))}</span>}
        <span className={styles.bodyTools}>
          {json !== undefined && <Segments compact label={words.bodyView} value={view} options={options} onChange={setView} />}
          {body.text && (json === undefined || view === 'raw') && <Copy value={body.text} label={words.copyBody} />}
        </span>
      </p>
      {json !== undefined && view === 'pretty'
        ? <JsonView value={json} label={label} mark={mark ?? null} height={620} />
        : <Text body={body} />}
    </>
  )
}

function Text({ body }: { body: Body }) {
  if (!body.text) return <p className={styles.none}>{words.binary(body.content_type ?? '', bytes(body.size))}</p>
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard
  return <pre className={styles.raw} tabIndex={0}>{body.text}</pre>
}
