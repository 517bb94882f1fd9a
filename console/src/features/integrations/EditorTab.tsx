import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Rocket, Save, Undo2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import { answer, client } from '../../api/client'
import { ApiError } from '../../api/problem'
import type { Integration, JsonObject } from '../../api/types'
import { Badge } from '../../kit/Badge'
import { Actions, Button } from '../../kit/Button'
import { CodeEditor } from '../../kit/CodeEditor'
import { Notice, ProblemNotice } from '../../kit/Notice'
import { toast } from '../../kit/Toast'
import { text } from '../../text'
import { useRole } from '../shell/useRole'
import { FaultList } from './FaultList'
import styles from './Editor.module.css'
import { format, hasUnpublished, parseDocument } from './model'
import { useValidation } from './useValidation'

const words = text.integrations.editor

type EditorProps = { integration: Integration; etag: string | undefined; at: string | undefined }

/** The integration's document: checked while it is written, saved as a draft, published when it has no faults. */
export function EditorTab({ integration, etag, at }: EditorProps) {
  const { canEdit } = useRole()
  const saved = format(integration.document)
  const [value, setValue] = useState(saved)
  const [tag, setTag] = useState(etag)
  const [reveal, setReveal] = useState(at ? { pointer: at } : null)
  const parsed = useMemo(() => parseDocument(value), [value])
  const dirty = value !== saved
  const check = useValidation(integration.id, dirty ? parsed : null, integration.faults)
  const write = useWrites(integration, tag, (etagNow, document) => {
    setTag(etagNow)
    setValue(format(document))
  })
  const save = () => parsed.ok && dirty && canEdit && write.save.mutate(parsed.document)
  const conflict = write.save.error instanceof ApiError && [409, 412].includes(write.save.error.problem.status)

  return (
    <section className={styles.editor}>
      <header className={styles.bar}>
        <State dirty={dirty} malformed={!parsed.ok} checking={check.checking} faults={check.faults.length} />
        {canEdit && (
          <Actions>
            {dirty && <Button look="ghost" icon={Undo2} onClick={() => setValue(saved)}>{words.discard}</Button>}
            <Button icon={Save} disabled={!dirty || !parsed.ok} busy={write.save.isPending} onClick={save}>{words.save}</Button>
            <Button look="primary" icon={Rocket} busy={write.publish.isPending} title={dirty ? words.saveFirst : words.publishLead(integration.draft_revision)}
              disabled={dirty || !hasUnpublished(integration) || check.faults.length > 0} onClick={() => write.publish.mutate()}>{words.publish}</Button>
          </Actions>
        )}
      </header>
      {write.error && <div className={styles.notice}>{conflict && <Notice tone="warn" title={words.conflict} />}<ProblemNotice error={write.error} /></div>}
      <div className={styles.split}>
        <div className={styles.code}>
          <CodeEditor value={value} label={words.label} faults={check.faults} reveal={reveal} readOnly={!canEdit} onChange={setValue} onSave={save} />
        </div>
        <FaultList text={value} faults={check.faults} malformed={!parsed.ok} onReveal={(pointer) => setReveal({ pointer })} />
      </div>
    </section>
  )
}

function State({ dirty, malformed, checking, faults }: { dirty: boolean; malformed: boolean; checking: boolean; faults: number }) {
  return (
    <p className={styles.state} role="status">
      {malformed
        ? <Badge tone="bad">JSON</Badge>
        : checking ? <span className="dim">{words.checking}</span>
        : <Badge tone={faults > 0 ? 'bad' : 'ok'}>{faults > 0 ? text.integrations.faults(faults) : words.valid}</Badge>}
      {dirty && <Badge tone="warn">{words.unsaved}</Badge>}
    </p>
  )
}

/** Saving and publishing, with what follows from each. */
function useWrites({ id, draft_revision }: Integration, etag: string | undefined, onSaved: (etag: string | undefined, document: JsonObject) => void) {
  const cache = useQueryClient()
  const renew = () => cache.invalidateQueries({ queryKey: ['integrations'] })
  const save = useMutation({
    mutationFn: async (document: JsonObject) => {
      const header = etag ? { 'If-Match': etag } : {}
      const call = await client.PUT('/v1/integrations/{id}', { params: { path: { id }, header }, body: { document } })
      return { value: await answer(Promise.resolve(call)), etag: call.response.headers.get('ETag') ?? undefined }
    },
    onSuccess: async (saved) => {
      cache.setQueryData(['integrations', id], saved)
      onSaved(saved.etag, saved.value.document)
      toast.ok(words.saved(saved.value.draft_revision))
      await renew()
    },
  })
  const publish = useMutation({
    mutationFn: () => answer(client.POST('/v1/integrations/{id}/publish', { params: { path: { id } }, body: draft_revision === null ? {} : { revision: draft_revision } })),
    onSuccess: async (published) => {
      toast.ok(words.published(published.published_revision))
      await renew()
    },
  })
  return { save, publish, error: save.error ?? publish.error }
}
