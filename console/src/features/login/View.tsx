import { useNavigate, useRouter, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { signIn } from '../../api/session'
import { Button } from '../../kit/Button'
import { Field, Input } from '../../kit/Form'
import { Notice, ProblemNotice } from '../../kit/Notice'
import { text } from '../../text'
import { Logo } from '../shell/Logo'
import styles from './Login.module.css'
import { safeNext } from './model'

const words = text.shell.login

/** Sign in, then go on where the person wanted to be. */
export function LoginView() {
  const { next, ended } = useSearch({ from: '/login' })
  const navigate = useNavigate()
  const router = useRouter()
  const [error, setError] = useState<unknown>(null)
  const [missing, setMissing] = useState(false)
  const [busy, setBusy] = useState(false)

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const email = String(form.get('email') ?? '').trim()
    const password = String(form.get('password') ?? '')
    setMissing(email === '' || password === '')
    if (email === '' || password === '') return
    setBusy(true)
    try {
      await signIn(email, password)
      await router.invalidate()
      await navigate({ href: safeNext(next) })
    } catch (cause) {
      setError(cause)
    } finally {
      setBusy(false)
    }
  }

  return (
    <main className={styles.page}>
      <form className={styles.card} onSubmit={(event) => void submit(event)} noValidate>
        <Logo size={40} />
        <h1>{words.title}</h1>
        <p className={styles.lead}>{words.lead}</p>
        {ended && !error && <Notice title={words.ended} />}
        {error !== null && <ProblemNotice error={error} />}
        <Field label={words.email}>
          {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- the page has one purpose, and this is its first field */}
          {(ids) => <Input {...ids} name="email" type="email" autoComplete="username" autoFocus required />}
        </Field>
        <Field label={words.password} error={missing ? words.missing : undefined}>
          {(ids) => <Input {...ids} name="password" type="password" autoComplete="current-password" required />}
        </Field>
        <Button type="submit" look="primary" busy={busy}>{words.submit}</Button>
      </form>
    </main>
  )
}
