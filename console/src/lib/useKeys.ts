/** Keyboard shortcuts: single keys and two-key sequences such as `g t`, silent while somebody types. */
import { useEffect, useRef } from 'react'

export type Keys = Record<string, (event: KeyboardEvent) => void>

const SEQUENCE_MS = 900

/** Binds keys while the component is on screen. The newest handlers are always used. */
export function useKeys(keys: Keys, enabled = true) {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    if (!enabled) return
    let first = ''
    let until = 0
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return
      if (document.querySelector('[role="dialog"][data-state="open"],[role="menu"]')) return
      const sequence = Date.now() < until ? `${first} ${event.key}` : event.key
      const handler = latest.current[sequence] ?? latest.current[event.key]
      first = event.key
      until = Date.now() + SEQUENCE_MS
      if (!handler) return
      event.preventDefault()
      handler(event)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [enabled])
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) || target.shadowRoot !== null
}
