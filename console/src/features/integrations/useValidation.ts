import { useEffect, useState } from 'react'
import { answer, client } from '../../api/client'
import type { Fault } from '../../api/types'
import type { Parsed } from './model'

const QUIET_MS = 450
const NONE: Fault[] = []

/** The faults of an edited document, asked a moment after the last key; of the saved one when `parsed` is null. */
export function useValidation(id: string, parsed: Parsed | null, saved: Fault[]) {
  const [checked, setChecked] = useState<{ of: Parsed; faults: Fault[] } | null>(null)
  useEffect(() => {
    if (!parsed?.ok) return
    let stale = false
    const timer = setTimeout(() => {
      answer(client.POST('/v1/integrations/{id}/validate', { params: { path: { id } }, body: { document: parsed.document } }))
        .then(({ faults }) => !stale && setChecked({ of: parsed, faults }))
        // Without an answer the last known faults stay; saving will tell.
        .catch(() => !stale && setChecked((last) => ({ of: parsed, faults: last?.faults ?? NONE })))
    }, QUIET_MS)
    return () => {
      stale = true
      clearTimeout(timer)
    }
  }, [id, parsed])
  return { faults: parsed === null ? saved : (checked?.faults ?? NONE), checking: parsed?.ok === true && checked?.of !== parsed }
}
