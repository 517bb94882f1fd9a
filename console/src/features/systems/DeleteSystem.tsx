import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { answer, client } from '../../api/client'
import type { System } from '../../api/types'
import { Button } from '../../kit/Button'
import { Confirm } from '../../kit/Dialog'
import { toast } from '../../kit/Toast'
import { text } from '../../text'

const words = text.systems

/** Deletes a system that nothing uses, after asking. */
export function DeleteSystem({ system: { id, name, used_by }, etag }: { system: System; etag: string | undefined }) {
  const [open, setOpen] = useState(false)
  const cache = useQueryClient()
  const navigate = useNavigate()
  const remove = async () => {
    try {
      await answer(client.DELETE('/v1/systems/{id}', { params: { path: { id }, header: etag ? { 'If-Match': etag } : {} } }))
      toast.ok(words.deleted)
      await navigate({ to: '/systems' })
      await cache.invalidateQueries({ queryKey: ['systems'], exact: true })
    } catch (error) {
      toast.problem(error)
    }
  }
  return (
    <div>
      <Button look="danger" icon={Trash2} disabled={used_by.length > 0} title={words.deleteLead} onClick={() => setOpen(true)}>{words.delete}</Button>
      <Confirm open={open} onClose={() => setOpen(false)} title={`${words.delete}: ${name}`} lead={words.deleteLead} action={text.common.delete} onConfirm={remove} />
    </div>
  )
}
