/** Every address of the console, read top to bottom. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { bearer, renew } from './api/session'
import type { PhaseName } from './api/types'
import { LoginView } from './features/login/View'
import { NotFound, RouteFault } from './features/shell/Fallbacks'
import { parseSearch, stringifySearch } from './features/shell/search'
import { ShellView } from './features/shell/View'
import { readSearch, type TroubleSearch } from './features/troubleshooting/model'
import { PHASES } from './features/run/model'

const root = createRootRoute({ notFoundComponent: NotFound, errorComponent: RouteFault })

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: (search: Record<string, unknown>): { next?: string; ended?: string } => pick(search, ['next', 'ended']),
  component: LoginView,
})

const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  component: ShellView,
  beforeLoad: async ({ location }) => {
    if (bearer() || (await renew())) return
    const next = location.href === '/' ? undefined : location.href
    throw redirect({ to: '/login', search: { next } })
  },
})

const overview = createRoute({
  getParentRoute: () => app,
  path: '/',
  validateSearch: (search: Record<string, unknown>): { range?: string } => pick(search, ['range']),
  component: lazyRouteComponent(() => import('./features/overview/View'), 'OverviewView'),
})

const troubleshooting = createRoute({
  getParentRoute: () => app,
  path: '/troubleshooting',
  validateSearch: (search: Record<string, unknown>): TroubleSearch => readSearch(search),
  component: lazyRouteComponent(() => import('./features/troubleshooting/View'), 'TroubleshootingView'),
})

const run = createRoute({
  getParentRoute: () => troubleshooting,
  path: '$runId',
  component: lazyRouteComponent(() => import('./features/troubleshooting/View'), 'RunView'),
})

const phase = createRoute({
  getParentRoute: () => run,
  path: '$phase',
  params: {
    parse: ({ phase: name }) => ({ phase: (PHASES as readonly string[]).includes(name) ? (name as PhaseName) : 'status' }),
    stringify: ({ phase: name }) => ({ phase: name }),
  },
})

const integrations = createRoute({
  getParentRoute: () => app,
  path: '/integrations',
  component: lazyRouteComponent(() => import('./features/integrations/ListView'), 'IntegrationsView'),
})

const newIntegration = createRoute({
  getParentRoute: () => app,
  path: '/integrations/new',
  component: lazyRouteComponent(() => import('./features/integrations/NewView'), 'NewIntegrationView'),
})

const integration = createRoute({
  getParentRoute: () => app,
  path: '/integrations/$id',
  validateSearch: (search: Record<string, unknown>): { tab?: string; at?: string } => pick(search, ['tab', 'at']),
  component: lazyRouteComponent(() => import('./features/integrations/View'), 'IntegrationView'),
})

const systems = createRoute({
  getParentRoute: () => app,
  path: '/systems',
  component: lazyRouteComponent(() => import('./features/systems/ListView'), 'SystemsView'),
})

const newSystem = createRoute({
  getParentRoute: () => app,
  path: '/systems/new',
  validateSearch: (search: Record<string, unknown>): { connector?: string } => pick(search, ['connector']),
  component: lazyRouteComponent(() => import('./features/systems/NewView'), 'NewSystemView'),
})

const system = createRoute({
  getParentRoute: () => app,
  path: '/systems/$id',
  validateSearch: (search: Record<string, unknown>): { tab?: string; test?: string } => pick(search, ['tab', 'test']),
  component: lazyRouteComponent(() => import('./features/systems/View'), 'SystemView'),
})

const settings = createRoute({
  getParentRoute: () => app,
  path: '/settings',
  component: lazyRouteComponent(() => import('./features/settings/View'), 'SettingsView'),
})

const settingsIndex = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/debug' })
  },
})

const debug = createRoute({
  getParentRoute: () => settings,
  path: 'debug',
  component: lazyRouteComponent(() => import('./features/settings/DebugView'), 'DebugView'),
})

const tokens = createRoute({
  getParentRoute: () => settings,
  path: 'tokens',
  component: lazyRouteComponent(() => import('./features/settings/TokensView'), 'TokensView'),
})

const routeTree = root.addChildren([
  login,
  app.addChildren([
    overview,
    troubleshooting.addChildren([run.addChildren([phase])]),
    integrations, newIntegration, integration,
    systems, newSystem, system,
    settings.addChildren([settingsIndex, debug, tokens]),
  ]),
])

export const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultErrorComponent: RouteFault,
  defaultPendingMs: 400,
})

declare module '@tanstack/react-router' {
  interface Register { router: typeof router }
}

function pick<K extends string>(search: Record<string, unknown>, names: K[]): { [P in K]?: string } {
  const found = names.filter((name) => typeof search[name] === 'string').map((name) => [name, search[name] as string])
  return Object.fromEntries(found) as { [P in K]?: string }
}
