import type { ResponseRecord } from '../../api/types'
import { Badge } from '../../kit/Badge'
import { JsonView } from '../../kit/JsonView'
import { Card } from '../../kit/Surface'
import { text } from '../../text'
import { RecordLink } from './Outcomes'
import type { PhaseProps } from './PhaseView'
import { RecordFault } from './RecordFault'
import { RecordPicker } from './RecordPicker'
import styles from './Records.module.css'

const words = text.runs.response

/** What the target answered for each record. */
export const ResponsePhase = ({ document, search, onShow }: PhaseProps<'response'>) => (
  <Card title={text.runs.phase.response} hint={text.common.items(document.records.length)} flush>
    <RecordPicker records={document.records} keyOf={(record) => record.source_key} chosen={search.rec} renderMark={(record) => <Mark record={record} />}>
      {(record) => (
        <>
          <p className={styles.meta}>
            <span className="mono">{record.source_key}</span><Mark record={record} />
            {record.target_key !== null && <RecordLink label={words.target} name={record.target_key} url={record.url} />}
          </p>
          {record.error && <RecordFault error={record.error} record={record.source_key} here="response" onShow={onShow} />}
          {record.document !== null && record.document !== undefined && <JsonView value={record.document} label={record.source_key} mark={search.at ?? null} height={560} />}
        </>
      )}
    </RecordPicker>
  </Card>
)

const Mark = ({ record }: { record: ResponseRecord }) =>
  record.error
    ? <Badge tone="bad">{text.runs.outcome.failed}</Badge>
    : record.operation && <Badge tone="accent">{text.runs.load.operations[record.operation] ?? record.operation}</Badge>
