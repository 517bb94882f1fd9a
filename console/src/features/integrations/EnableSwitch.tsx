import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, client } from '../../api/client'
import type { Integration } from '../../api/types'
import { Switch } from '../../kit/Form'
import { toast } from '../../kit/Toast'
import { text } from '../../text'
import { useRole } from '../shell/useRole'

const words = text.integrations

/** Turns an integration on and off. Only what is published can run. */
export function EnableSwitch({ integration: { id, name, enabled, published_revision } }: { integration: Integration }) {
  const cache = useQueryClient()
  const { canEdit } = useRole()
  const set = useMutation({
    mutationFn: (on: boolean) => answer(client.POST(on ? '/v1/integrations/{id}/enable' : '/v1/integrations/{id}/disable', { params: { path: { id } } })),
    onSuccess: (_, on) => toast.ok(on ? words.didEnable(name) : words.didDisable(name)),
    onError: toast.problem,
    onSettled: () => cache.invalidateQueries({ queryKey: ['integrations'] }),
  })
  const shown = set.isPending ? set.variables : enabled
  return <Switch label={words.enable(name)} checked={shown} disabled={!canEdit || published_revision === null} onChange={(on) => set.mutate(on)} />
}
