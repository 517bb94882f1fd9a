/** Every page of the console, as the tests that look at all of them open it: two halves, which take about the same time. */
import type { Page } from 'playwright-core'
import type { PhaseName } from '../src/api/types'
import { integrations, named, newestRun, systems } from './gateway'
import { go, settled } from './open'

const at = (path: string) => async (page: Page) => {
  await go(page, path)
  await settled(page)
}
const integration = (tab: string) => async (page: Page) => {
  await at(`/integrations/${named(await integrations(), 'Alerts to incidents').id}?tab=${tab}`)(page)
  if (tab === 'editor') await page.locator('.cm-content').waitFor()
}
const system = (name: string, tab: string) => async (page: Page) => at(`/systems/${named(await systems(), name).id}?tab=${tab}`)(page)
const runAt = async (page: Page, phase: PhaseName, query: string) => {
  const { id } = await newestRun(query)
  await go(page, `/troubleshooting/${id}/${phase}?${query}`)
  await page.getByRole('navigation', { name: 'Phases' }).locator('a[aria-current="page"]').waitFor()
  await settled(page)
}
const failedRun = (phase: PhaseName) => (page: Page) => runAt(page, phase, 'error_class=validation&status=failed&trigger=poll')
const succeededRun = (phase: PhaseName) => async (page: Page) => runAt(page, phase, `status=succeeded&integration=${named(await integrations(), 'Alerts to incidents').id}`)

export type Pages = Record<string, (page: Page) => Promise<unknown>>

/** What has happened. */
export const HISTORY: Pages = {
  overview: at('/'),
  troubleshooting: at('/troubleshooting'),
  'nothing found': at('/troubleshooting?record=nothing-like-this'),
  'a failed run, Status': failedRun('status'),
  'a failed run, Extract HTTP': failedRun('extract_http'),
  'a failed run, Extract': failedRun('extract'),
  'a failed run, Load': failedRun('load'),
  'a failed run, Load HTTP': failedRun('load_http'),
  'a failed run, Response': failedRun('response'),
  'a failed run, UQL': failedRun('uql'),
  'a phase that was not captured': succeededRun('load_http'),
}

/** What is set up. */
export const CONFIGURATION: Pages = {
  integrations: at('/integrations'),
  'an integration': integration('overview'),
  'the editor': integration('editor'),
  revisions: integration('revisions'),
  'a new integration': at('/integrations/new'),
  systems: at('/systems'),
  'a failing system': system('Service desk, with an old key', 'connection'),
  'a schema': system('Monitor', 'schema'),
  'a choice of connectors': at('/systems/new'),
  'a new system': at('/systems/new?connector=redmine'),
  'debug settings': at('/settings/debug'),
  'API tokens': at('/settings/tokens'),
  'no such page': at('/nowhere'),
}
