import { describe, expect, it } from 'vitest'
import { integrations, named, newestRun, raiseAlert } from './gateway'
import { forgive, go, openTab, rowOf, settled, usePage } from './open'
import { useOwnIntegration } from './own'

const held = usePage()
const own = useOwnIntegration()

describe('from the list to a phase', () => {
  it('goes by integration, action and run', async () => {
    const { page } = held
    const failed = await own.deliver({ alertname: 'DiskLow', host: 'db-01', severity: 'critical', service: 'shop' })
    const succeeded = await own.deliver({ alertname: 'DiskLow', host: 'db-02', severity: 'critical', service: 'database' })
    const scopes = page.getByRole('navigation', { name: 'Integrations and actions' })
    await go(page, '/troubleshooting')
    await scopes.getByRole('link', { name: own.integration.name }).click()
    await scopes.getByRole('link', { name: 'Open an incident' }).click()
    await page.waitForURL(`**/troubleshooting?integration=${own.integration.id}&action=open`)
    await rowOf(page, succeeded.id).waitFor()
    expect(await page.getByRole('region', { name: 'Runs' }).getByRole('link').count()).toBe(2)
    await rowOf(page, failed.id).click()
    await page.getByRole('heading', { name: own.integration.name, level: 2 }).waitFor()
    for (const name of ['Extract', 'Load', 'Load HTTP', 'Response', 'UQL', 'Extract HTTP', 'Status']) await openTab(page, name)
    await page.getByRole('link', { name: 'Close the run' }).click()
    await page.waitForURL(`**/troubleshooting?integration=${own.integration.id}&action=open`)
  })
})

describe('the filters', () => {
  it('stand in the address, and survive a reload', async () => {
    const { page } = held
    const mapping = named(await integrations(), 'Broken: mapping')
    const broken = await newestRun(`integration=${mapping.id}&error_class=mapping`)
    await go(page, '/troubleshooting')
    await page.getByLabel('Integration', { exact: true }).selectOption({ label: mapping.name })
    await page.getByLabel('Status', { exact: true }).selectOption({ label: 'Problems only' })
    await page.getByLabel('Error class', { exact: true }).selectOption('mapping')
    await page.getByLabel('Time', { exact: true }).selectOption('7d')
    await page.getByLabel('Search by record').fill(broken.records_preview![0]!.source_key)
    await page.waitForURL((url) => url.searchParams.get('record') === broken.records_preview![0]!.source_key)
    await rowOf(page, broken.id).waitFor()
    const address = page.url()
    await page.reload()
    await rowOf(page, broken.id).waitFor()
    expect(page.url()).toBe(address)
    const values = () => page.getByRole('search').getByRole('combobox').evaluateAll((all) => all.map((one) => (one as HTMLSelectElement).value))
    await expect.poll(values).toEqual([mapping.id, '', 'failed,partly_failed', 'mapping', '', '7d'])
    await page.getByLabel('Error class', { exact: true }).selectOption('validation')
    await page.getByText('No run matches these filters').waitFor()
  })

  it('are cleared by one click when nothing matches', async () => {
    const { page } = held
    await go(page, '/troubleshooting?record=no-such-record-anywhere')
    await page.getByText('No run matches these filters').waitFor()
    await page.getByRole('link', { name: 'Clear filters' }).click()
    await page.getByRole('listitem').getByRole('link').first().waitFor()
  })
})

describe('runs that found nothing', () => {
  it('are folded into one row, and open', async () => {
    const { page } = held
    const first = await own.runNow('sweep')
    const second = await own.runNow('sweep')
    expect([first.status, second.status]).toEqual(['nothing_to_do', 'nothing_to_do'])
    await go(page, `/troubleshooting?integration=${own.integration.id}&action=sweep`)
    const fold = page.getByRole('button', { name: /\d runs found nothing to do/ })
    await fold.waitFor()
    expect(await rowOf(page, second.id).count()).toBe(0)
    await fold.click()
    await rowOf(page, second.id).waitFor()
    expect(await fold.getAttribute('aria-expanded')).toBe('true')
  })
})

describe('without a reload', () => {
  /** Something that a reload would lose. */
  const mark = () => held.page.evaluate(() => Object.assign(window, { marked: true }))
  const marked = () => held.page.evaluate(() => 'marked' in window)

  it('an alert that the monitor raises appears in the list', async () => {
    const { page } = held
    await go(page, '/troubleshooting?trigger=listen')
    await page.getByRole('status').filter({ hasText: 'Live' }).first().waitFor()
    await settled(page)
    await mark()
    const alert = await raiseAlert({ alertname: 'BrowserTest', host: 'web-09', severity: 'critical', service: 'web' })
    const row = page.getByRole('listitem').filter({ hasText: alert.id }).filter({ hasText: '1 created' })
    await row.first().waitFor()
    await alert.resolve()
    await page.getByRole('listitem').filter({ hasText: alert.id }).filter({ hasText: '1 updated' }).first().waitFor()
    expect(await marked()).toBe(true)
  })

  it('a run that is started here is followed to its end', async () => {
    const { page } = held
    await go(page, `/integrations/${own.integration.id}`)
    await mark()
    await page.getByRole('listitem').filter({ hasText: 'Sweep up' }).getByRole('button', { name: 'Run now' }).click()
    await page.waitForURL(/\/troubleshooting\/[^/]+\/status/)
    await page.locator('header', { has: page.getByRole('button', { name: 'Export as file' }) }).getByText('Nothing to do').waitFor()
    expect(await marked()).toBe(true)
    // The run may be looked for before a worker has taken it.
    forgive(held, 'status of 404')
  })
})
