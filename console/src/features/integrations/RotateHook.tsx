import { useQueryClient } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import { useState } from 'react'
import { answer, client } from '../../api/client'
import { IconButton } from '../../kit/Button'
import { Confirm } from '../../kit/Dialog'
import { toast } from '../../kit/Toast'
import { text } from '../../text'

const words = text.integrations

/** Gives an action another webhook address, after asking. */
export function RotateHook({ id, action: { key, name } }: { id: string; action: { key: string; name: string } }) {
  const [open, setOpen] = useState(false)
  const cache = useQueryClient()
  const rotate = async () => {
    try {
      await answer(client.POST('/v1/integrations/{id}/actions/{key}/hook/rotate', { params: { path: { id, key } } }))
      toast.ok(words.rotated(name))
      await cache.invalidateQueries({ queryKey: ['integrations'] })
    } catch (error) {
      toast.problem(error)
    }
  }
  return (
    <>
      <IconButton label={words.rotate} icon={RotateCw} onClick={() => setOpen(true)} />
      <Confirm open={open} onClose={() => setOpen(false)} title={`${words.rotate}: ${name}`} lead={words.rotateLead} action={words.rotate} onConfirm={rotate} />
    </>
  )
}
