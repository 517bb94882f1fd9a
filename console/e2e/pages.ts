/** Every page of the console, as the tests that look at all of them open it. */
import type { Page } from 'playwright-core'
import { integrations, named, newestRun, systems } from './gateway'
import { go, openRun, openTab, settled } from './open'

const at = (path: string) => async (page: Page) => {
  await go(page, path)
  await settled(page)
}
const integration = (tab: string) => async (page: Page) => {
  await at(`/integrations/${named(await integrations(), 'Alerts to incidents').id}?tab=${tab}`)(page)
  if (tab === 'editor') await page.locator('.cm-content').waitFor()
}
const system = (name: string, tab: string) => async (page: Page) => at(`/systems/${named(await systems(), name).id}?tab=${tab}`)(page)
const failedRun = (tab: string) => async (page: Page) => {
  const query = 'error_class=validation&status=failed&trigger=poll'
  await openRun(page, (await newestRun(query)).id, query)
  await openTab(page, tab)
}
const succeededRun = (tab: string) => async (page: Page) => {
  const { id } = await newestRun('status=succeeded')
  await at(`/troubleshooting/${id}/status?status=succeeded`)(page)
  await openTab(page, tab)
}

export const PAGES: Record<string, (page: Page) => Promise<unknown>> = {
  overview: at('/'),
  troubleshooting: at('/troubleshooting'),
  'nothing found': at('/troubleshooting?record=nothing-like-this'),
  'a failed run, Status': failedRun('Status'),
  'a failed run, Extract HTTP': failedRun('Extract HTTP'),
  'a failed run, Extract': failedRun('Extract'),
  'a failed run, Load': failedRun('Load'),
  'a failed run, Load HTTP': failedRun('Load HTTP'),
  'a failed run, Response': failedRun('Response'),
  'a failed run, UQL': failedRun('UQL'),
  'a phase that was not captured': succeededRun('Load HTTP'),
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
