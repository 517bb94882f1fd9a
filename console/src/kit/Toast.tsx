import { CircleAlert, CircleCheck } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { problemOf } from '../api/problem'
import styles from './Toast.module.css'

type Note = { id: number; tone: 'ok' | 'bad'; words: string }

let notes: Note[] = []
let nextId = 1
const listeners = new Set<() => void>()

function show(tone: Note['tone'], words: string) {
  const note = { id: nextId++, tone, words }
  notes = [...notes.slice(-2), note]
  listeners.forEach((listener) => listener())
  setTimeout(() => {
    notes = notes.filter((other) => other !== note)
    listeners.forEach((listener) => listener())
  }, tone === 'ok' ? 3_500 : 7_000)
}

/** Says briefly that something was done, or that it failed. */
export const toast = {
  ok: (words: string) => show('ok', words),
  problem: (error: unknown) => {
    const problem = problemOf(error)
    show('bad', problem.detail ? `${problem.title}: ${problem.detail}` : problem.title)
  },
}

/** Where toasts appear; once per page. */
export function Toasts() {
  const shown = useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, () => notes)
  return (
    <div className={styles.toasts} role="status" aria-live="polite">
      {shown.map((note) => (
        <div key={note.id} className={styles.toast} data-tone={note.tone}>
          {note.tone === 'ok' ? <CircleCheck size={15} aria-hidden /> : <CircleAlert size={15} aria-hidden />}
          {note.words}
        </div>
      ))}
    </div>
  )
}
