import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { answer, client } from '../../api/client'
import type { Integration } from '../../api/types'
import { Button } from '../../kit/Button'
import { Confirm } from '../../kit/Dialog'
import { toast } from '../../kit/Toast'
import { text } from '../../text'
import { useRole } from '../shell/useRole'

const words = text.integrations

/** Deletes an integration, after asking. */
export function DeleteIntegration({ integration: { id, name }, etag }: { integration: Integration; etag: string | undefined }) {
  const [open, setOpen] = useState(false)
  const cache = useQueryClient()
  const navigate = useNavigate()
  const { canEdit } = useRole()
  const remove = async () => {
    try {
      await answer(client.DELETE('/v1/integrations/{id}', { params: { path: { id }, header: etag ? { 'If-Match': etag } : {} } }))
      toast.ok(words.deleted)
      await navigate({ to: '/integrations' })
      await cache.invalidateQueries({ queryKey: ['integrations'], exact: true })
    } catch (error) {
      toast.problem(error)
    }
  }
  if (!canEdit) return null
  return (
    <div>
      <Button look="danger" icon={Trash2} onClick={() => setOpen(true)}>{words.delete}</Button>
      <Confirm open={open} onClose={() => setOpen(false)} title={`${words.delete}: ${name}`} lead={words.deleteLead} action={text.common.delete} onConfirm={remove} />
    </div>
  )
}
