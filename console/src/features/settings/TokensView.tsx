import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import { answer, client } from '../../api/client'
import { apiTokensQuery } from '../../api/queries'
import type { ApiToken } from '../../api/types'
import { Badge } from '../../kit/Badge'
import { Button } from '../../kit/Button'
import { Confirm } from '../../kit/Dialog'
import { Empty, Loading, ProblemNotice } from '../../kit/Notice'
import { Card, Page } from '../../kit/Surface'
import { Ago } from '../../kit/Time'
import { toast } from '../../kit/Toast'
import { useNow } from '../../lib/useNow'
import { text } from '../../text'
import { useRole } from '../shell/useRole'
import { NewToken } from './NewToken'
import styles from './Settings.module.css'

const words = text.settings.tokens

/** API tokens: who has one, when it was used, and the way to end it. */
export function TokensView() {
  const { data, isPending, isError, error, refetch } = useQuery(apiTokensQuery)
  const { canAdmin } = useRole()
  const [creating, setCreating] = useState(false)
  const [revoking, setRevoking] = useState<ApiToken | null>(null)
  const revoke = useRevoke()
  const create = canAdmin && <Button look="primary" icon={Plus} onClick={() => setCreating(true)}>{words.create}</Button>
  return (
    <Page narrow title={words.title} lead={words.lead} actions={create}>
      {isPending && <Loading />}
      {isError && <ProblemNotice error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <Empty icon={KeyRound} title={words.emptyTitle} actions={create}>{words.emptyLead}</Empty>}
      {data && data.length > 0 && <Card flush><ul>{data.map((token) => <TokenRow key={token.id} token={token} onRevoke={canAdmin ? () => setRevoking(token) : undefined} />)}</ul></Card>}
      {creating && <NewToken onClose={() => setCreating(false)} />}
      <Confirm open={revoking !== null} onClose={() => setRevoking(null)} title={words.revoke} lead={words.revokeLead(revoking?.name ?? '')} action={words.revoke}
        onConfirm={() => revoke.mutateAsync(revoking!.id).catch(() => undefined)} />
    </Page>
  )
}

function useRevoke() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => answer(client.DELETE('/v1/api-tokens/{id}', { params: { path: { id } } })),
    onSuccess: async () => {
      toast.ok(words.revoked)
      await cache.invalidateQueries({ queryKey: apiTokensQuery.queryKey })
    },
    onError: toast.problem,
  })
}

function TokenRow({ token, onRevoke }: { token: ApiToken; onRevoke: (() => void) | undefined }) {
  const now = useNow()
  const expired = token.expires_at !== null && Date.parse(token.expires_at) < now
  return (
    <li className={styles.token}>
      <div><b>{token.name}</b><p><code>{token.prefix}…</code></p></div>
      <Badge>{text.shell.role[token.role]}</Badge>
      <p><small>{words.used}</small>{token.last_used_at ? <Ago at={token.last_used_at} /> : text.common.never}</p>
      <p><small>{words.expires}</small>{expired ? <Badge tone="bad">{words.expired}</Badge> : token.expires_at ? <Ago at={token.expires_at} /> : words.neverExpires}</p>
      {onRevoke && <Button small look="danger" onClick={onRevoke}>{words.revoke}</Button>}
    </li>
  )
}
