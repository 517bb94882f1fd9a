import { ago, fullTime } from '../lib/format'
import { useNow } from '../lib/useNow'

/** A time as distance from now, with the exact time on hover. */
export function Ago({ at }: { at: string }) {
  const now = useNow()
  return <time dateTime={at} title={fullTime(at)}>{ago(at, now)}</time>
}
