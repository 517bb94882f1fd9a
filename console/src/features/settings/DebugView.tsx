import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { RotateCcw } from 'lucide-react'
import type { ReactNode } from 'react'
import { answer, client } from '../../api/client'
import { settingsQuery } from '../../api/queries'
import type { HttpCapture, RetentionClass, Settings, SettingsValues } from '../../api/types'
import { Button } from '../../kit/Button'
import { Segments, Select, Switch } from '../../kit/Form'
import { Loading, Notice, ProblemNotice } from '../../kit/Notice'
import { Card, Page } from '../../kit/Surface'
import { toast } from '../../kit/Toast'
import { fullTime } from '../../lib/format'
import { text } from '../../text'
import { useRole } from '../shell/useRole'
import { isDefault, restored, type RetentionName, RETENTIONS, type SettingName, untilOf, valueOf, valuesOf } from './model'
import styles from './Settings.module.css'

const words = text.settings.debug

/** Settings → General → Debug: what each run leaves behind, and for how long. */
export function DebugView() {
  const { data, isPending, isError, error, refetch } = useQuery(settingsQuery)
  const { isKnown } = useRole()
  if (isPending || !isKnown) return <Loading rows={8} />
  return (
    <Page narrow title={words.title} lead={words.lead}>
      {isError ? <ProblemNotice error={error} onRetry={() => void refetch()} /> : <Form settings={data} />}
    </Page>
  )
}

function Form({ settings }: { settings: Settings }) {
  const cache = useQueryClient()
  const { canAdmin } = useRole()
  const put = useMutation({
    mutationFn: (values: SettingsValues) => answer(client.PUT('/v1/settings', { body: valuesOf(values) })),
    onSuccess: (saved) => {
      cache.setQueryData(settingsQuery.queryKey, saved)
      toast.ok(words.saved)
    },
    onError: toast.problem,
  })
  // What was chosen is shown at once; when it is refused, what holds comes back.
  const shown = put.isPending ? { ...settings, ...put.variables } : settings
  const rows = { settings: shown, disabled: !canAdmin, onChange: (values: SettingsValues) => put.mutate(values) }
  return (
    <>
      {!canAdmin && <Notice title={words.readOnly} />}
      <Card title={words.captureTitle} flush>
        <HttpRow {...rows} />
        <PayloadRow {...rows} />
      </Card>
      <Card title={words.purgeTitle} hint={words.purgeLead} flush>
        <PurgeRow {...rows} name="status" title={words.status} hint={words.statusHint} />
        <PurgeRow {...rows} name="payload" title={words.payloadKeep} hint={words.payloadKeepHint} />
        <PurgeRow {...rows} name="http" title={words.httpKeep} hint={words.httpKeepHint} />
      </Card>
    </>
  )
}

type RowProps = { settings: Settings; disabled: boolean; onChange: (values: SettingsValues) => void }

function HttpRow({ settings, disabled, onChange }: RowProps) {
  const { capture } = settings
  const set = (change: Partial<SettingsValues['capture']>) => onChange({ ...settings, capture: { ...capture, ...change } })
  const options = (['off', 'failures', 'all'] as HttpCapture[]).map((value) => ({ value, label: words.options[value] }))
  const ends = [{ value: '', label: words.forever }, ...Object.entries(words.untilOptions).map(([value, label]) => ({ value, label }))]
  const running = capture.http_until ? [{ value: capture.http_until, label: words.untilNow(fullTime(capture.http_until)) }] : []
  return (
    <Row name="capture.http" title={words.http} hint={words.httpHint[capture.http]} settings={settings} disabled={disabled} onChange={onChange}>
      <Segments label={words.http} value={capture.http} options={options} disabled={disabled} onChange={(http) => set({ http, http_until: null })} />
      {capture.http !== 'off' && (
        <label className={styles.until} title={words.untilHint}>
          {words.until}
          <Select value={capture.http_until ?? ''} options={[...running, ...ends]} disabled={disabled} onChange={(event) => set({ http_until: untilOf(event.target.value, Date.now()) })} />
        </label>
      )}
    </Row>
  )
}

const PayloadRow = ({ settings, disabled, onChange }: RowProps) => (
  <Row name="capture.payload" title={words.payload} hint={words.payloadHint} settings={settings} disabled={disabled} onChange={onChange}>
    <Switch label={words.payload} checked={settings.capture.payload} disabled={disabled} onChange={(payload) => onChange({ ...settings, capture: { ...settings.capture, payload } })} />
  </Row>
)

function PurgeRow({ name, title, hint, settings, disabled, onChange }: RowProps & { name: RetentionName; title: string; hint: string }) {
  const options = RETENTIONS.map((value) => ({ value, label: words.retention[value] }))
  return (
    <Row name={`retention.${name}`} title={title} hint={hint} settings={settings} disabled={disabled} onChange={onChange}>
      <Select aria-label={title} className={styles.purge} value={settings.retention[name]} options={options} disabled={disabled}
        onChange={(event) => onChange({ ...settings, retention: { ...settings.retention, [name]: event.target.value as RetentionClass } })} />
    </Row>
  )
}

function Row({ name, title, hint, settings, disabled, onChange, children }: RowProps & { name: SettingName; title: string; hint: string; children: ReactNode }) {
  const fallback = wordOf(valueOf(settings.defaults, name))
  return (
    <div className={styles.row}>
      <div className={styles.words}><h3>{title}</h3><p>{hint}</p></div>
      <div className={styles.control}>
        {children}
        {isDefault(settings, name)
          ? <span className={styles.default}>{words.isDefault}</span>
          : <Button look="ghost" small icon={RotateCcw} disabled={disabled} title={words.defaultIs(fallback)} onClick={() => onChange(restored(settings, name))}>{words.restore}</Button>}
      </div>
    </div>
  )
}

function wordOf(value: string | boolean | null): string {
  if (typeof value === 'boolean') return value ? words.on : words.off
  return (words.options as Record<string, string>)[value ?? ''] ?? (words.retention as Record<string, string>)[value ?? ''] ?? String(value)
}
