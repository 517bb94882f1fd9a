import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { phaseQuery } from '../../api/queries'
import type { LoadRecord } from '../../api/types'
import { Badge, type Tone } from '../../kit/Badge'
import { Segments } from '../../kit/Form'
import { JsonView } from '../../kit/JsonView'
import { Prose } from '../../kit/Prose'
import { Card } from '../../kit/Surface'
import { text } from '../../text'
import { CompareTable } from './CompareTable'
import type { PhaseProps } from './PhaseView'
import { RecordFault } from './RecordFault'
import { RecordPicker } from './RecordPicker'
import styles from './Records.module.css'

const words = text.runs.load
const TONE: Record<LoadRecord['operation'], Tone> = { create: 'accent', update: 'accent', skip: 'quiet', none: 'quiet' }
type View = 'beside' | 'document'

/** What was to be written: each target field beside its source value, with the rule between them. */
export function LoadPhase({ run, document, search, onShow }: PhaseProps<'load'>) {
  const [view, setView] = useState<View>('beside')
  const captured = run.phases.some((one) => one.phase === 'extract' && one.state === 'captured')
  const extract = useQuery({ ...phaseQuery(run.id, 'extract'), enabled: captured })
  const options = [{ value: 'beside' as const, label: words.sideBySide }, { value: 'document' as const, label: words.document }]
  const choice = <Segments compact label={words.view} value={view} options={options} onChange={setView} />
  return (
    <Card title={text.runs.phase.load} hint={text.common.items(document.records.length)} actions={choice} flush>
      <RecordPicker records={document.records} keyOf={(record) => record.source_key} chosen={search.rec} renderMark={(record) => <Operation record={record} />}>
        {(record) => (
          <>
            <p className={styles.meta}><span className="mono">{record.source_key}</span><Operation record={record} />{record.reason && <span><Prose text={record.reason} /></span>}</p>
            {record.error && <RecordFault error={record.error} record={record.source_key} here="load" onShow={onShow} />}
            {view === 'document' && record.fields !== null
              ? <JsonView value={record.fields} label={record.source_key} mark={search.at ?? null} height={560} />
              : <CompareTable run={run} load={record} source={extract.data?.document.records.find((one) => one.key === record.source_key)} />}
          </>
        )}
      </RecordPicker>
    </Card>
  )
}

const Operation = ({ record }: { record: LoadRecord }) => (
  <Badge tone={record.error ? 'bad' : TONE[record.operation]}>{record.error ? text.runs.outcome.failed : words.operations[record.operation]}</Badge>
)
