import { useLayoutEffect, useRef, type ReactNode } from 'react'
import styles from './Tabs.module.css'

/** A row of links that are tabs; it scrolls sideways when narrow, and keeps the current one in view. */
export function Tabs({ label, current, children }: { label: string; current: string; children: ReactNode }) {
  const row = useRef<HTMLElement>(null)
  useLayoutEffect(() => {
    const active = row.current?.querySelector<HTMLElement>('[aria-current="page"]')
    if (active && row.current) row.current.scrollLeft = active.offsetLeft - row.current.clientWidth / 2 + active.clientWidth / 2
    // The current tab decides what is scrolled to.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [current])
  return <nav ref={row} className={styles.tabs} aria-label={label}>{children}</nav>
}

export const tabClass = styles.tab
