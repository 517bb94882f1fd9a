import { useState } from 'react'
import type { JsonObject } from '../../api/types'
import { CodeEditor } from '../../kit/CodeEditor'
import { text } from '../../text'
import { format, parseDocument } from '../integrations/model'
import styles from './Systems.module.css'

/** The settings as JSON, for everything that a form cannot say. */
export function JsonSettings({ value, onChange }: { value: JsonObject; onChange: (value: JsonObject) => void }) {
  const [typed, setTyped] = useState(() => format(value))
  const [valid, setValid] = useState(true)
  const edit = (next: string) => {
    setTyped(next)
    const parsed = parseDocument(next)
    setValid(parsed.ok)
    if (parsed.ok) onChange(parsed.document)
  }
  return (
    <>
      <div className={styles.json}><CodeEditor value={typed} label={text.systems.form.settings} onChange={edit} /></div>
      {!valid && <p className={styles.bad}>{text.systems.form.notJson}</p>}
    </>
  )
}
