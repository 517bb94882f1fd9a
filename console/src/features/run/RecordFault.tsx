import { ArrowRight } from 'lucide-react'
import type { BriefError, Evidence, PhaseName } from '../../api/types'
import { Button } from '../../kit/Button'
import { Notice } from '../../kit/Notice'
import { Prose } from '../../kit/Prose'
import { text } from '../../text'
import { evidenceTarget, withoutRecord } from './model'
import type { ShowPhase } from './PhaseView'
import styles from './Records.module.css'

type FaultProps = { error: BriefError & { evidence?: Evidence | null }; record: string; here: PhaseName; onShow: ShowPhase }

/** Why one record failed, and the way to its evidence when that lies in another phase. */
export function RecordFault({ error, record, here, onShow }: FaultProps) {
  const target = evidenceTarget(error.evidence)
  const go = target && target.phase !== here && (
    <Button small onClick={() => onShow(target.phase, target.search)}>
      {text.runs.diagnosis.goTo(text.runs.phase[target.phase], error.evidence?.exchange ?? null)}<ArrowRight size={13} aria-hidden />
    </Button>
  )
  return <div className={styles.pad}><Notice tone="bad" title={<Prose text={withoutRecord(error.message, record)} />} actions={go}><code>{error.code}</code></Notice></div>
}
