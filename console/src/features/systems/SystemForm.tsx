import { type FormEvent, useState } from 'react'
import type { Connector, JsonObject, SystemInput } from '../../api/types'
import { Button } from '../../kit/Button'
import { Field, Input, Segments } from '../../kit/Form'
import { Card } from '../../kit/Surface'
import { text } from '../../text'
import { JsonSettings } from './JsonSettings'
import { credentialsToSend, faultsOf, fieldsOf } from './model'
import { SchemaField } from './SchemaField'
import styles from './Systems.module.css'

const words = text.systems.form

type SystemFormProps = {
  connector: Connector
  initial: SystemInput
  alreadySet: string[]
  submit: string
  busy: boolean
  readOnly?: boolean
  onSubmit: (input: SystemInput) => void
}

/** Creates or changes a system; settings and credentials come from the connector's own schemas. */
export function SystemForm({ connector, initial, alreadySet, submit, busy, readOnly, onSubmit }: SystemFormProps) {
  const [input, setInput] = useState(initial)
  const [secrets, setSecrets] = useState<Record<string, string>>({})
  const [mode, setMode] = useState<'form' | 'json'>('form')
  const [faults, setFaults] = useState<ReadonlySet<string>>(new Set())
  const set = (change: Partial<SystemInput>) => setInput({ ...input, ...change })
  const setSettings = (settings: JsonObject) => set({ settings })
  const faultOf = (name: string) => (faults.has(name) ? words.required : undefined)

  const send = (event: FormEvent) => {
    event.preventDefault()
    const complete = { ...input, credentials: credentialsToSend(secrets) }
    const found = faultsOf(complete, connector.settings_schema, connector.credentials_schema, alreadySet)
    setFaults(found)
    if (found.size === 0) onSubmit(complete)
  }
  const modes = [{ value: 'form' as const, label: words.asForm }, { value: 'json' as const, label: words.asJson }]
  const secretFields = fieldsOf(connector.credentials_schema)
  return (
    <form className={styles.form} onSubmit={send} noValidate>
      <fieldset className={styles.fieldset} disabled={readOnly}>
        <Card>
          <div className={styles.fields}>
            <Field label={words.name} hint={words.nameHint} error={faultOf('name')}>
              {(ids) => <Input {...ids} value={input.name} onChange={(event) => set({ name: event.target.value })} />}
            </Field>
            <Field label={words.url} hint={words.urlHint} error={faultOf('base_url')}>
              {(ids) => <Input {...ids} type="url" inputMode="url" value={input.base_url} onChange={(event) => set({ base_url: event.target.value })} />}
            </Field>
          </div>
        </Card>
        <Card title={words.settings} actions={<Segments compact label={words.mode} value={mode} options={modes} onChange={setMode} />}>
          {mode === 'json' && <JsonSettings value={input.settings} onChange={setSettings} />}
          {mode === 'form' && (
            <div className={styles.fields}>
              {fieldsOf(connector.settings_schema).length === 0 && <p className="dim">{words.noSettings}</p>}
              {fieldsOf(connector.settings_schema).map((field) => (
                <SchemaField key={field.name} field={field} settings={input.settings} error={faultOf(`settings.${field.name}`)} onChange={setSettings} />
              ))}
            </div>
          )}
        </Card>
        {secretFields.length > 0 && (
          <Card title={words.credentials} hint={words.credentialsHint}>
            <div className={styles.fields}>
              {secretFields.map(({ name, spec, required }) => (
                <Field key={name} label={spec.title ?? name} hint={spec.description} error={faultOf(`credentials.${name}`)} optional={required ? undefined : text.common.optional}>
                  {(ids) => (
                    <Input {...ids} type="password" autoComplete="new-password" value={secrets[name] ?? ''} placeholder={alreadySet.includes(name) ? words.kept : words.missing}
                      onChange={(event) => setSecrets({ ...secrets, [name]: event.target.value })} />
                  )}
                </Field>
              ))}
            </div>
          </Card>
        )}
      </fieldset>
      {!readOnly && <div><Button type="submit" look="primary" busy={busy}>{submit}</Button></div>}
    </form>
  )
}
