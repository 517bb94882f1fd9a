import { Link } from '@tanstack/react-router'
import { ArrowRight } from 'lucide-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { revisionQuery } from '../../api/queries'
import type { ExtractedRecord, Json, LoadRecord, RunDetail } from '../../api/types'
import { Scalar } from '../../kit/JsonView'
import { resolve } from '../../lib/pointer'
import { text } from '../../text'
import { brief, compareFields, type ComparedField, ruleText, unusedFields } from './compare'
import styles from './Compare.module.css'

const words = text.runs.load

/** Rules that say no more than what stands beside them. */
const OBVIOUS = new Set(['copy', 'constant'])

type CompareProps = { run: RunDetail; load: LoadRecord; source: ExtractedRecord | undefined }

/** Source value → rule → target field, line by line. */
export function CompareTable({ run, load, source }: CompareProps) {
  const { data: revision } = useQuery(revisionQuery(run.integration.id, run.revision))
  const document = revision?.document
  const lines = useMemo(() => compareFields(load, document, source), [load, document, source])
  const unused = useMemo(() => (source ? unusedFields(source, load) : []), [source, load])
  const [open, setOpen] = useState(false)
  return (
    <div className={styles.compare}>
      <div className={styles.columns} aria-hidden><span>{words.source}</span><span>{words.rule}</span><span>{words.target}</span></div>
      <ul>{lines.map((line) => <CompareLine key={`${line.target} ${line.rule?.pointer}`} run={run} line={line} rule={line.rule && document ? resolve(document, line.rule.pointer) : undefined} />)}</ul>
      {unused.length > 0 && (
        <div className={styles.unused}>
          <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>{words.unused(unused.length)}</button>
          {open && <ul>{unused.map((one) => <li key={one.path}><code>{one.path}</code> <Value value={one.value} /></li>)}</ul>}
        </div>
      )}
    </div>
  )
}

function CompareLine({ run, line, rule }: { run: RunDetail; line: ComparedField; rule: Json | undefined }) {
  return (
    <li className={styles.line} data-failed={line.failed || undefined}>
      <div className={styles.from}>
        {line.from.map((one) => <p key={one.path}><code className={styles.path}>{one.path}</code><Value value={one.value} /></p>)}
      </div>
      <div className={styles.rule}>
        {line.rule && <RuleLink run={run} pointer={line.rule.pointer} kind={line.failed ? words.stopped : line.rule.kind} />}
        {rule !== undefined && !OBVIOUS.has(line.rule?.kind ?? '') && <code className={styles.ruleText}>{ruleText(rule)}</code>}
        {!line.rule && <span className={styles.kind}>{words.noRule}</span>}
      </div>
      <div className={styles.to}><code className={styles.path}>{line.target}</code>{line.value !== undefined && <Value value={line.value} />}</div>
    </li>
  )
}

const RuleLink = ({ run, pointer, kind }: { run: RunDetail; pointer: string; kind: string }) => (
  <Link className={styles.kind} to="/integrations/$id" params={{ id: run.integration.id }} search={{ tab: 'editor', at: pointer }} title={`${words.editRule} · ${pointer}`}>
    {words.rules[kind] ?? kind}<ArrowRight size={11} aria-hidden />
  </Link>
)

const Value = ({ value }: { value: Json }) =>
  value !== null && typeof value === 'object'
    ? <span className={styles.value} title={brief(value)}>{brief(value)}</span>
    : <span className={styles.value}><Scalar value={value} /></span>
