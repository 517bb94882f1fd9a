import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { answer, client } from '../../api/client'
import { systemSchemaQuery } from '../../api/queries'
import type { EntitySchema, System } from '../../api/types'
import { Badge } from '../../kit/Badge'
import { Button } from '../../kit/Button'
import { Empty, Loading, ProblemNotice } from '../../kit/Notice'
import { Card } from '../../kit/Surface'
import { Ago } from '../../kit/Time'
import { toast } from '../../kit/Toast'
import { text } from '../../text'
import { useRole } from '../shell/useRole'
import styles from './Systems.module.css'

const words = text.systems

/** Entities and fields of a system, as far as they are known. */
export function SchemaTab({ system }: { system: System }) {
  const cache = useQueryClient()
  const { canEdit } = useRole()
  const query = systemSchemaQuery(system.id)
  const { data, isPending, isError, error, refetch } = useQuery(query)
  const reload = useMutation({
    mutationFn: () => answer(client.POST('/v1/systems/{id}/schema/reload', { params: { path: { id: system.id } } })),
    onSuccess: (schema) => {
      cache.setQueryData(query.queryKey, schema)
      toast.ok(words.reloaded)
    },
    onError: toast.problem,
  })
  if (isPending) return <Loading rows={8} />
  if (isError) return <ProblemNotice error={error} onRetry={() => void refetch()} />
  const button = canEdit && <Button icon={RefreshCw} busy={reload.isPending} onClick={() => reload.mutate()}>{words.reload}</Button>
  return (
    <div className={styles.stack}>
      <div className={styles.schemaHead}><p className="dim">{words.schemaHint}{data.discovered_at && <>, <Ago at={data.discovered_at} /></>}</p>{button}</div>
      {data.entities.length === 0 && <Empty title={words.noSchema} />}
      {data.entities.map((entity) => <Entity key={entity.entity} entity={entity} />)}
    </div>
  )
}

const Entity = ({ entity }: { entity: EntitySchema }) => (
  <Card title={entity.label} hint={<><code>{entity.entity}</code> · {words.fields(entity.fields.length)}</>} flush>
    <ul className={styles.schema}>
      {entity.fields.map((field) => (
        <li key={field.path}>
          <code>{field.path}</code>
          <span>{field.label}</span>
          <span className={styles.kind}>
            {field.kind}
            {field.required && <Badge tone="accent">{words.required}</Badge>}
            {field.read_only && <Badge>{words.readOnly}</Badge>}
            {field.custom && <Badge outline>{words.custom}</Badge>}
          </span>
          {field.values.length > 0 && <span className={styles.values}>{field.values.map((one) => one.label || String(one.value)).join(' · ')}</span>}
        </li>
      ))}
    </ul>
  </Card>
)
