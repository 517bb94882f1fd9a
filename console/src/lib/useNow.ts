import { useEffect, useState } from 'react'

/** The current time, renewed every `ms`, so that "4 min ago" stays true. */
export function useNow(ms = 15_000): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), ms)
    return () => clearInterval(timer)
  }, [ms])
  return now
}
