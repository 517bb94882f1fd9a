import { ArrowRight, ExternalLink } from 'lucide-react'
import type { ReactNode } from 'react'
import type { RunDetail, RunError } from '../../api/types'
import { Badge } from '../../kit/Badge'
import { Button } from '../../kit/Button'
import { cx } from '../../kit/cx'
import { Prose } from '../../kit/Prose'
import { Kbd } from '../../kit/Tooltip'
import { ago, fullTime } from '../../lib/format'
import { text } from '../../text'
import { evidenceTarget, STATUS_LOOK, summary } from './model'
import type { ShowPhase } from './PhaseView'
import styles from './Diagnosis.module.css'
import { useSides } from './useSides'

const words = text.runs.diagnosis

/** What happened in one sentence; and for a failure its class, evidence, cause, what to do, and what happens next. */
export function Diagnosis({ run, onShow }: { run: RunDetail; onShow: ShowPhase }) {
  const { tone, icon: Icon } = STATUS_LOOK[run.status]
  const { error } = run
  const sides = useSides(run)
  return (
    <section className={cx(styles.card, styles[tone])} aria-label={words.title}>
      <div className={styles.head}>
        <Icon size={18} aria-hidden />
        <div className={styles.words}>
          <p className={styles.sentence}>{error ? <Prose text={error.message} /> : summary(run)}</p>
          {error && <p className={styles.counts}>{summary(run)}</p>}
          {error && <Tags error={error} side={error.side && sides[error.side]} />}
        </div>
        {error && <EvidenceButton error={error} onShow={onShow} />}
      </div>
      {error && <Advice error={error} />}
    </section>
  )
}

const Tags = ({ error, side }: { error: RunError; side: string | undefined }) => (
  <p className={styles.tags}>
    <Badge tone="bad">{text.runs.errorClass[error.class]}</Badge>
    {error.side && <Badge outline>{side ? words.at(text.runs.side[error.side], side) : text.runs.side[error.side]}</Badge>}
    {error.docs
      ? <a href={error.docs} target="_blank" rel="noreferrer" title={words.docs}><code>{error.code}</code><ExternalLink size={11} aria-hidden /></a>
      : <code>{error.code}</code>}
  </p>
)

function EvidenceButton({ error, onShow }: { error: RunError; onShow: ShowPhase }) {
  const target = evidenceTarget(error.evidence)
  if (!target) return null
  return (
    <Button look="primary" onClick={() => onShow(target.phase, target.search)}>
      {words.goTo(text.runs.phase[target.phase], error.evidence?.exchange ?? null)}<ArrowRight size={14} aria-hidden />
      <span className={styles.key}><Kbd keys="w" /></span>
    </Button>
  )
}

function Advice({ error }: { error: RunError }) {
  const next = error.next
  const when = next?.at ? <time dateTime={next.at} title={fullTime(next.at)}>{ago(next.at)}</time> : null
  return (
    <div className={styles.advice}>
      {error.cause && <Part title={words.cause}><Prose text={error.cause} /></Part>}
      {error.what_to_do && <Part title={words.todo} strong><Prose text={error.what_to_do} /></Part>}
      <Part title={words.next}>{next ? <>{next.what}{when && <> ({when})</>}</> : words.noNext}</Part>
    </div>
  )
}

const Part = ({ title, strong, children }: { title: string; strong?: boolean; children: ReactNode }) => (
  <div><h3>{title}</h3><p className={strong ? styles.strong : undefined}>{children}</p></div>
)
