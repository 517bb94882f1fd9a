import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Rocket } from 'lucide-react'
import { useState } from 'react'
import { answer, client } from '../../api/client'
import { revisionQuery, revisionsQuery } from '../../api/queries'
import type { Integration, Revision } from '../../api/types'
import { Badge } from '../../kit/Badge'
import { Button } from '../../kit/Button'
import { Dialog } from '../../kit/Dialog'
import { JsonView } from '../../kit/JsonView'
import { Empty, Loading, ProblemNotice } from '../../kit/Notice'
import { Card } from '../../kit/Surface'
import { Ago } from '../../kit/Time'
import { toast } from '../../kit/Toast'
import { text } from '../../text'
import { useRole } from '../shell/useRole'
import styles from './Integrations.module.css'

const words = text.integrations.revisions

/** Every saved version: which one runs, and what each says. */
export function RevisionsTab({ integration }: { integration: Integration }) {
  const { data, isPending, isError, error, refetch } = useQuery(revisionsQuery(integration.id))
  const [shown, setShown] = useState<number | null>(null)
  if (isPending) return <Loading />
  if (isError) return <ProblemNotice error={error} onRetry={() => void refetch()} />
  if (data.length === 0) return <Empty title={words.empty} />
  return (
    <Card flush>
      <ul>{data.map((revision) => <Row key={revision.number} integration={integration} revision={revision} onShow={() => setShown(revision.number)} />)}</ul>
      <Dialog wide open={shown !== null} onClose={() => setShown(null)} title={`${words.number} ${shown ?? ''}`}>
        {shown !== null && <Document id={integration.id} number={shown} />}
      </Dialog>
    </Card>
  )
}

function Row({ integration, revision, onShow }: { integration: Integration; revision: Revision; onShow: () => void }) {
  const cache = useQueryClient()
  const { canEdit } = useRole()
  const publish = useMutation({
    mutationFn: () => answer(client.POST('/v1/integrations/{id}/publish', { params: { path: { id: integration.id } }, body: { revision: revision.number } })),
    onSuccess: () => toast.ok(text.integrations.editor.published(revision.number)),
    onError: toast.problem,
    onSettled: () => cache.invalidateQueries({ queryKey: ['integrations'] }),
  })
  const runs = integration.published_revision === revision.number
  return (
    <li className={styles.revision}>
      <b className="num">{revision.number}</b>
      <span>
        <Ago at={revision.created_at} /> {revision.created_by && <span className="dim">{words.by.toLowerCase()} {revision.created_by}</span>}
        <small className="mono dim" title={revision.content_hash}>{revision.content_hash.slice(0, 12)}</small>
      </span>
      <span>{runs && <Badge tone="ok">{words.current}</Badge>}{!runs && integration.draft_revision === revision.number && <Badge tone="warn">{words.draft}</Badge>}</span>
      <span className={styles.actionTools}>
        <Button small look="ghost" onClick={onShow}>{words.show}</Button>
        {canEdit && !runs && <Button small icon={Rocket} busy={publish.isPending} onClick={() => publish.mutate()}>{words.publish}</Button>}
      </span>
    </li>
  )
}

function Document({ id, number }: { id: string; number: number }) {
  const { data, isPending, isError, error } = useQuery(revisionQuery(id, number))
  if (isPending) return <Loading />
  if (isError) return <ProblemNotice error={error} />
  return <JsonView value={data.document ?? {}} label={`${words.number} ${number}`} depth={9} height={560} />
}
