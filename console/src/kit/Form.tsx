import { Switch as RadixSwitch } from 'radix-ui'
import { type ComponentProps, type ReactNode, useId } from 'react'
import styles from './Form.module.css'
import { cx } from './cx'

type FieldProps = { label: ReactNode; hint?: ReactNode; error?: ReactNode; optional?: ReactNode; children: (ids: FieldIds) => ReactNode }
export type FieldIds = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean | undefined }

/** A labelled control with its hint and its error, wired for screen readers. */
export function Field({ label, hint, error, optional, children }: FieldProps) {
  const id = useId()
  const note = hint || error ? `${id}-note` : undefined
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>{label}{optional && <span>{optional}</span>}</label>
      {children({ id, 'aria-describedby': note, 'aria-invalid': error ? true : undefined })}
      {note && <p id={note} className={error ? styles.error : styles.hint}>{error ?? hint}</p>}
    </div>
  )
}

export const Input = ({ className, ...rest }: ComponentProps<'input'>) => (
  <input autoComplete="off" spellCheck={false} {...rest} className={cx(styles.input, className)} />
)

export const TextArea = ({ className, ...rest }: ComponentProps<'textarea'>) => (
  <textarea spellCheck={false} {...rest} className={cx(styles.input, styles.area, className)} />
)

export type Option = { value: string; label: string }

/** The platform's own select: right on every device, and by keyboard. */
export const Select = ({ options, className, ...rest }: ComponentProps<'select'> & { options: Option[] }) => (
  <select {...rest} className={cx(styles.input, styles.select, className)}>
    {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
  </select>
)

type SwitchProps = { label: string; checked: boolean; onChange: (checked: boolean) => void; disabled?: boolean; id?: string }

export const Switch = ({ label, checked, onChange, disabled, id }: SwitchProps) => (
  <RadixSwitch.Root id={id} className={styles.switch} checked={checked} onCheckedChange={onChange} disabled={disabled} aria-label={label}>
    <RadixSwitch.Thumb className={styles.thumb} />
  </RadixSwitch.Root>
)

type SegmentsProps<V extends string> = { label: string; value: V; options: { value: V; label: ReactNode; icon?: ReactNode }[]; onChange: (value: V) => void; disabled?: boolean; compact?: boolean }

/** A choice of a few, all visible. */
export function Segments<V extends string>({ label, value, options, onChange, disabled, compact }: SegmentsProps<V>) {
  const name = useId()
  return (
    <fieldset className={cx(styles.segments, compact && styles.compact)} disabled={disabled}>
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label key={option.value} className={styles.segment}>
          <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
          {option.icon}<span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  )
}
