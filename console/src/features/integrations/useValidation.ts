import { useEffect, useState } from 'react'
import { answer, client } from '../../api/client'
import type { Fault } from '../../api/types'
import type { Parsed } from './model'

const QUIET_MS = 450

/** The faults of an edited document, asked a moment after the last key; of the saved one when `parsed` is null. */
export function useValidation(id: string, parsed: Parsed | null, saved: Fault[]) {
  const [asked, setAsked] = useState<Fault[] | null>(null)
  const [checking, setChecking] = useState(false)
  useEffect(() => {
    if (!parsed?.ok) {
      setAsked(null)
      setChecking(false)
      return
    }
    let stale = false
    setChecking(true)
    const timer = setTimeout(() => {
      answer(client.POST('/v1/integrations/{id}/validate', { params: { path: { id } }, body: { document: parsed.document } }))
        .then(({ faults }) => !stale && setAsked(faults))
        // Without an answer the last known faults stay; saving will tell.
        .catch(() => null)
        .finally(() => !stale && setChecking(false))
    }, QUIET_MS)
    return () => {
      stale = true
      clearTimeout(timer)
    }
  }, [id, parsed])
  return { faults: parsed === null ? saved : (asked ?? NONE), checking }
}

const NONE: Fault[] = []
