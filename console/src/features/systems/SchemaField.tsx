import type { JsonObject } from '../../api/types'
import { Field, Input, Select, Switch, TextArea } from '../../kit/Form'
import { text } from '../../text'
import { type FormField, fromText, toText, withSetting } from './model'
import styles from './Systems.module.css'

type SchemaFieldProps = { field: FormField; settings: JsonObject; error: string | undefined; onChange: (settings: JsonObject) => void }

/** One setting, as the control that fits its schema. */
export function SchemaField({ field, settings, error, onChange }: SchemaFieldProps) {
  const { name, spec, kind, required } = field
  const value = settings[name]
  const label = spec.title ?? name
  const type = (typed: string) => onChange(withSetting(settings, name, fromText(kind, typed)))
  if (kind === 'boolean') {
    return (
      <div className={styles.toggle}>
        <Switch label={label} checked={value === true} onChange={(on) => onChange(withSetting(settings, name, on))} />
        <div><p className={styles.toggleLabel}>{label}</p>{spec.description && <p className="dim">{spec.description}</p>}</div>
      </div>
    )
  }
  return (
    <Field label={label} hint={spec.description} error={error} optional={required ? undefined : text.common.optional}>
      {(ids) => {
        const shared = { ...ids, value: toText(kind, value) }
        if (kind === 'choice') {
          const options = (spec.enum ?? []).map((one) => ({ value: String(one), label: String(one) }))
          return <Select {...shared} options={required ? options : [{ value: '', label: text.common.none }, ...options]} onChange={(event) => type(event.target.value)} />
        }
        if (kind === 'lines' || kind === 'json') return <TextArea {...shared} onChange={(event) => type(event.target.value)} />
        const example = spec.examples?.[0] ?? spec.default
        return (
          <Input {...shared} inputMode={kind === 'number' ? 'numeric' : undefined} placeholder={example === undefined ? undefined : String(example)}
            onChange={(event) => type(event.target.value)} />
        )
      }}
    </Field>
  )
}
