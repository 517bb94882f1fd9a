import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Search, SlidersHorizontal, X } from 'lucide-react'
import { type KeyboardEvent, type RefObject, useEffect, useState } from 'react'
import { integrationsQuery } from '../../api/queries'
import type { Integration } from '../../api/types'
import { Button } from '../../kit/Button'
import { cx } from '../../kit/cx'
import { Input, type Option, Select } from '../../kit/Form'
import { Kbd } from '../../kit/Tooltip'
import { duration, moment } from '../../lib/format'
import { text } from '../../text'
import styles from './Filters.module.css'
import { isFiltered, PROBLEMS, type TroubleSearch } from './model'

const words = text.runs.filters

type FiltersProps = { search: TroubleSearch; searchBox: RefObject<HTMLInputElement | null>; compact: boolean }

/** The filters, each of them part of the address. */
export function Filters({ search, searchBox, compact }: FiltersProps) {
  const navigate = useNavigate()
  const { data: integrations = [] } = useQuery(integrationsQuery)
  const [shown, setShown] = useState(false)
  // From the address as it is at that moment: it may have changed since this was drawn.
  const set = (change: TroubleSearch) => void navigate({ to: '.', search: (now: TroubleSearch) => ({ ...now, ...change }), replace: true })
  const chosen = Object.values(search).filter(Boolean).length - (search.record ? 1 : 0)
  return (
    <div className={styles.filters} data-compact={compact || undefined} data-shown={shown || undefined} role="search" aria-label={words.label}>
      <div className={styles.first}>
        <RecordSearch value={search.record ?? ''} box={searchBox} onChange={(record) => set({ record: record || undefined })} />
        <Button className={styles.toggle} icon={SlidersHorizontal} aria-expanded={shown} onClick={() => setShown(!shown)}>
          {words.toggle}{chosen > 0 && ` · ${chosen}`}
        </Button>
      </div>
      <div className={styles.selects}>
        <Pick label={words.integration} value={search.integration} any={words.anyIntegration} options={integrations.map(asOption)}
          onChange={(integration) => set({ integration, action: undefined })} />
        <Pick label={words.action} value={search.action} any={words.anyAction} options={actionsOf(integrations, search.integration)}
          onChange={(action) => set({ action })} />
        <Pick label={words.status} value={search.status} any={words.anyStatus}
          options={[{ value: PROBLEMS, label: words.problems }, ...entries(text.runs.status)]} onChange={(status) => set({ status })} />
        <Pick label={words.errorClass} value={search.error_class} any={words.anyClass} options={entries(text.runs.errorClass)}
          onChange={(error_class) => set({ error_class })} />
        <Pick label={words.trigger} value={search.trigger} any={words.anyTrigger} options={entries(text.runs.trigger)} onChange={(trigger) => set({ trigger })} />
        <Pick label={words.range} value={search.range} any={words.anyTime} options={entries(text.runs.ranges)}
          onChange={(range) => set({ range, from: undefined, to: undefined })} />
        <Chips search={search} onRemove={set} />
        {isFiltered(search) && (
          <Button look="ghost" small icon={X} onClick={() => void navigate({ to: '.', search: {}, replace: true })}>{words.clear}</Button>
        )}
      </div>
    </div>
  )
}

type PickProps = { label: string; value: string | undefined; any: string; options: Option[]; onChange: (value: string | undefined) => void }

const Pick = ({ label, value, any, options, onChange }: PickProps) => (
  <Select className={cx(styles.pick, value && styles.chosen)} aria-label={label} value={value ?? ''} options={[{ value: '', label: any }, ...options]}
    onChange={(event) => onChange(event.target.value || undefined)} />
)

function RecordSearch({ value, box, onChange }: { value: string; box: RefObject<HTMLInputElement | null>; onChange: (value: string) => void }) {
  const [typed, setTyped] = useState(value)
  const [shown, setShown] = useState(value)
  if (shown !== value) {
    // The address changed by itself: a link, or the way back.
    setShown(value)
    setTyped(value)
  }
  useEffect(() => {
    if (typed === value) return
    const timer = setTimeout(() => onChange(typed), 300)
    return () => clearTimeout(timer)
  })
  return (
    <div className={styles.search}>
      <Search size={14} aria-hidden />
      <Input ref={box} type="search" value={typed} placeholder={words.record} aria-label={words.recordLabel}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && leave(event)} />
      <span className={styles.hint} aria-hidden><Kbd keys="/" /></span>
    </div>
  )
}

/** Escape leads back to the list with what was typed; left alone, browsers empty a search field. */
function leave(event: KeyboardEvent<HTMLInputElement>) {
  event.preventDefault()
  event.currentTarget.blur()
}

/** Filters without a select of their own, that links from other pages set. */
function Chips({ search, onRemove }: { search: TroubleSearch; onRemove: (change: TroubleSearch) => void }) {
  const chips: [string | undefined, TroubleSearch][] = [
    [search.error_code && words.code(search.error_code), { error_code: undefined }],
    [search.min_duration_ms && words.slower(duration(Number(search.min_duration_ms))), { min_duration_ms: undefined }],
    [search.from && words.since(moment(search.from)), { from: undefined }],
    [search.to && words.until(moment(search.to)), { to: undefined }],
  ]
  return chips.map(([label, change]) => label && (
    <button key={label} type="button" className={styles.chip} aria-label={words.remove(label)} onClick={() => onRemove(change)}>
      {label}<X size={12} aria-hidden />
    </button>
  ))
}

const asOption = ({ id, name }: Integration): Option => ({ value: id, label: name })
const entries = (labels: Record<string, string>): Option[] => Object.entries(labels).map(([value, label]) => ({ value, label }))

function actionsOf(integrations: Integration[], id: string | undefined): Option[] {
  const chosen = id ? integrations.filter((one) => one.id === id) : integrations
  const named = new Map(chosen.flatMap((one) => one.actions.map((action) => [action.key, action.name] as const)))
  return [...named].map(([value, label]) => ({ value, label }))
}
