import { Columns2 } from 'lucide-react'
import type { ExtractDocument } from '../../api/types'
import { Button } from '../../kit/Button'
import { JsonView } from '../../kit/JsonView'
import { Notice } from '../../kit/Notice'
import { Card } from '../../kit/Surface'
import { moment } from '../../lib/format'
import { text } from '../../text'
import { FilterTraces } from './FilterTraces'
import { RecordLink } from './Outcomes'
import type { PhaseProps } from './PhaseView'
import { RecordPicker } from './RecordPicker'
import styles from './Records.module.css'

const words = text.runs.extract

/** What was read from the source: the records that passed the filter, and why the others did not. */
export function ExtractPhase({ document, search, onShow }: PhaseProps<'extract'>) {
  const { records, filtered } = document
  const beside = <Button small icon={Columns2} onClick={() => onShow('load', { rec: search.rec })}>{text.runs.load.sideBySide}</Button>
  return (
    <div className={styles.stack}>
      {records.length === 0 && <Notice title={words.noSurvivor} />}
      {records.length > 0 && (
        <Card title={words.records} hint={text.common.items(records.length)} actions={beside} flush>
          <RecordPicker records={records} keyOf={(record) => record.key} chosen={search.rec}>
            {(record) => <Extracted record={record} pointer={search.at} />}
          </RecordPicker>
        </Card>
      )}
      {filtered.length > 0 && <FilterTraces filtered={filtered} chosen={search.rec} />}
    </div>
  )
}

function Extracted({ record, pointer }: { record: ExtractDocument['records'][number]; pointer: string | undefined }) {
  return (
    <>
      <p className={styles.meta}>
        <RecordLink label={text.runs.statusTab.columns.source} name={record.key} url={record.url} />
        {record.version && <span>{words.version} {/^\d{4}-/.test(record.version) ? moment(record.version) : record.version}</span>}
      </p>
      <JsonView value={record.fields} label={record.key} mark={pointer ?? null} height={560} />
    </>
  )
}
