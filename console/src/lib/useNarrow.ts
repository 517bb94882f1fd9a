import { useSyncExternalStore } from 'react'

const query = typeof matchMedia === 'function' ? matchMedia('(max-width: 700px)') : null

/** Whether the window is as narrow as a phone: it may change while somebody turns one. */
export const useNarrow = () =>
  useSyncExternalStore((changed) => {
    query?.addEventListener('change', changed)
    return () => query?.removeEventListener('change', changed)
  }, () => query?.matches === true)
