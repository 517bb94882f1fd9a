import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, client } from '../../api/client'
import { apiTokensQuery } from '../../api/queries'
import type { NewApiToken, Role } from '../../api/types'
import { Button } from '../../kit/Button'
import { Copy } from '../../kit/Copy'
import { Dialog } from '../../kit/Dialog'
import { Field, Input, Select } from '../../kit/Form'
import { ProblemNotice } from '../../kit/Notice'
import { text } from '../../text'
import styles from './Settings.module.css'

const words = text.settings.tokens
const ROLES: Role[] = ['viewer', 'editor', 'admin']

/** Creates a token, then shows it this once. */
export function NewToken({ onClose }: { onClose: () => void }) {
  const cache = useQueryClient()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [days, setDays] = useState('90')
  const [missing, setMissing] = useState(false)
  const create = useMutation({
    mutationFn: (body: NewApiToken) => answer(client.POST('/v1/api-tokens', { body })),
    onSuccess: () => cache.invalidateQueries({ queryKey: apiTokensQuery.queryKey }),
  })
  const submit = () => {
    setMissing(name.trim() === '')
    if (name.trim() !== '') create.mutate({ name: name.trim(), role, ...(days === '' ? {} : { expires_in_days: Number(days) }) })
  }
  if (create.data) return <Issued token={create.data.token} onClose={onClose} />
  const roles = ROLES.map((value) => ({ value, label: text.shell.role[value] }))
  // Object keys that are numbers come first, so "never" stands last by itself.
  const spans = Object.entries(words.expiresOptions).map(([value, label]) => ({ value, label }))
  const footer = <><Button onClick={onClose}>{text.common.cancel}</Button><Button look="primary" busy={create.isPending} onClick={submit}>{words.create}</Button></>
  return (
    <Dialog open onClose={onClose} title={words.create} footer={footer}>
      {create.isError && <ProblemNotice error={create.error} />}
      <Field label={words.name} hint={words.nameHint} error={missing ? words.nameMissing : undefined}>
        {(ids) => <Input {...ids} value={name} onChange={(event) => setName(event.target.value)} onKeyDown={(event) => event.key === 'Enter' && submit()} />}
      </Field>
      <Field label={words.role}>{(ids) => <Select {...ids} value={role} options={roles} onChange={(event) => setRole(event.target.value as Role)} />}</Field>
      <Field label={words.expires}>{(ids) => <Select {...ids} value={days} options={spans} onChange={(event) => setDays(event.target.value)} />}</Field>
    </Dialog>
  )
}

const Issued = ({ token, onClose }: { token: string; onClose: () => void }) => (
  <Dialog open onClose={onClose} title={words.issued} lead={words.issuedLead} footer={<Button look="primary" onClick={onClose}>{words.done}</Button>}>
    <p className={styles.secret}><code>{token}</code><Copy words value={token} label={words.copy} /></p>
  </Dialog>
)
