import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { BookOpen, Bug, Cable, Gauge, type LucideIcon, Menu as MenuIcon, Settings2, Workflow } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { follow, type Link as LinkState, useLive } from '../../api/live'
import { meQuery } from '../../api/queries'
import { Dot, type Tone } from '../../kit/Badge'
import { Boundary } from '../../kit/Boundary'
import { IconButton } from '../../kit/Button'
import { Tooltip } from '../../kit/Tooltip'
import { useKeys } from '../../lib/useKeys'
import { text } from '../../text'
import { Face } from './Face'
import { Logo } from './Logo'
import styles from './Shell.module.css'

// What opens only on demand is loaded after the frame stands.
const Account = lazy(() => import('./Account'))
const KeyHelp = lazy(() => import('./KeyHelp'))

type NavItem = { to: '/' | '/troubleshooting' | '/integrations' | '/systems' | '/settings'; label: string; icon: LucideIcon; exact?: boolean }

const NAV: NavItem[] = [
  { to: '/', label: text.shell.nav.overview, icon: Gauge, exact: true },
  { to: '/troubleshooting', label: text.shell.nav.troubleshooting, icon: Bug },
  { to: '/integrations', label: text.shell.nav.integrations, icon: Workflow },
  { to: '/systems', label: text.shell.nav.systems, icon: Cable },
  { to: '/settings', label: text.shell.nav.settings, icon: Settings2 },
]

/** The frame around every page: navigation, account, live updates, keyboard. */
export function ShellView() {
  const cache = useQueryClient()
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const { data: me } = useQuery(meQuery)
  const [menu, setMenu] = useState(false)
  const [help, setHelp] = useState(false)
  useEffect(() => follow(cache), [cache])
  useTitle(pathname)
  useKeys({
    'g o': () => void navigate({ to: '/' }),
    'g t': () => void navigate({ to: '/troubleshooting' }),
    'g i': () => void navigate({ to: '/integrations' }),
    'g s': () => void navigate({ to: '/systems' }),
    'g d': () => void navigate({ to: '/settings/debug' }),
    '?': () => setHelp(true),
  })
  return (
    <div className={styles.shell} data-menu={menu || undefined}>
      <a href="#content" className={styles.skip}>{text.shell.skip}</a>
      <header className={styles.top}>
        <IconButton label={text.shell.openMenu} icon={MenuIcon} aria-expanded={menu} onClick={() => setMenu(!menu)} />
        <Link to="/" className={styles.brand}><Logo /> {text.common.product}</Link>
        <LiveMark />
      </header>
      <aside className={styles.side}>
        <Link to="/" className={styles.brand}><Logo /> <span>{text.common.product}</span></Link>
        <p className={styles.tenant}>{me?.tenant.name ?? '\u00a0'}</p>
        <Navigation onGo={() => setMenu(false)} />
        <div className={styles.foot}>
          <LiveMark />
          <a className={styles.docs} href="/docs" target="_blank" rel="noreferrer"><BookOpen size={15} aria-hidden />{text.shell.nav.docs}</a>
          <Suspense fallback={<Face me={me} disabled />}><Account onHelp={() => setHelp(true)} /></Suspense>
        </div>
      </aside>
      {menu && <button type="button" className={styles.scrim} aria-label={text.common.close} onClick={() => setMenu(false)} />}
      <main id="content" className={styles.main} tabIndex={-1}>
        <Boundary resetKey={pathname}><Outlet /></Boundary>
      </main>
      {help && <Suspense><KeyHelp onClose={() => setHelp(false)} /></Suspense>}
    </div>
  )
}

const Navigation = ({ onGo }: { onGo: () => void }) => (
  <nav aria-label={text.shell.nav.label} className={styles.nav}>
    {NAV.map(({ to, label, icon: Icon, exact }) => (
      <Link key={to} to={to} className={styles.navItem} onClick={onGo} activeOptions={{ exact: exact === true, includeSearch: false }}>
        <Icon size={16} aria-hidden />{label}
      </Link>
    ))}
  </nav>
)

const LINK_TONE: Record<LinkState, Tone> = { connecting: 'quiet', live: 'ok', interrupted: 'warn' }

function LiveMark() {
  const link = useLive()
  return (
    <Tooltip text={text.shell.live.hint[link]}>
      <span className={styles.live} role="status"><Dot tone={LINK_TONE[link]} pulse={link !== 'live'} />{text.shell.live.state[link]}</span>
    </Tooltip>
  )
}

function useTitle(pathname: string) {
  useEffect(() => {
    const here = NAV.find((item) => (item.exact ? pathname === item.to : pathname.startsWith(item.to)))
    document.title = here ? `${here.label} · ${text.common.product}` : text.common.product
  }, [pathname])
}
