import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ArrowLeft, Save } from 'lucide-react'
import { useMemo, useState } from 'react'
import { answer, client } from '../../api/client'
import { systemsQuery } from '../../api/queries'
import type { JsonObject } from '../../api/types'
import { Button } from '../../kit/Button'
import { CodeEditor } from '../../kit/CodeEditor'
import { Copy } from '../../kit/Copy'
import { Loading, ProblemNotice } from '../../kit/Notice'
import { Page } from '../../kit/Surface'
import { text } from '../../text'
import editor from './Editor.module.css'
import styles from './Integrations.module.css'
import { example, format, parseDocument } from './model'

const words = text.integrations.editor

/** A new integration, from an example that names the systems that exist. */
export function NewIntegrationView() {
  const { data: systems } = useQuery(systemsQuery)
  const cache = useQueryClient()
  const navigate = useNavigate()
  const [typed, setTyped] = useState<string | null>(null)
  const start = useMemo(() => systems && format(example(systems)), [systems])
  const value = typed ?? start ?? ''
  const parsed = useMemo(() => parseDocument(value), [value])
  const create = useMutation({
    mutationFn: (document: JsonObject) => answer(client.POST('/v1/integrations', { body: { document } })),
    onSuccess: async ({ id }) => {
      await cache.invalidateQueries({ queryKey: ['integrations'], exact: true })
      await navigate({ to: '/integrations/$id', params: { id }, search: { tab: 'editor' } })
    },
  })
  const save = () => parsed.ok && create.mutate(parsed.document)
  const above = <Link to="/integrations" className={styles.back}><ArrowLeft size={13} aria-hidden />{text.integrations.title}</Link>
  const actions = <Button look="primary" icon={Save} disabled={!parsed.ok} busy={create.isPending} onClick={save}>{words.save}</Button>
  return (
    <Page above={above} title={words.newTitle} lead={words.newLead} actions={actions}>
      {create.isError && <ProblemNotice error={create.error} />}
      <section className={editor.editor}>
        <div className={editor.split}>
          <div className={editor.code}>{start === undefined ? <Loading rows={8} /> : <CodeEditor value={value} label={words.label} onChange={setTyped} onSave={save} />}</div>
          <aside className={editor.faults}>
            <h2>{words.systemsHint}</h2>
            <ul className={styles.ids}>
              {systems?.map((system) => <li key={system.id}><span><b>{system.name}</b><code>{system.id}</code></span><Copy value={system.id} label={words.copyId(system.name)} /></li>)}
            </ul>
          </aside>
        </div>
      </section>
    </Page>
  )
}
