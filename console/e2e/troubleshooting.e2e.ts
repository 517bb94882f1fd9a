import { describe, expect, it } from 'vitest'
import { go, openFirstRun, openTab, pictureOnFailure, usePage } from './open'

const held = usePage()
const TABS = ['Status', 'Extract HTTP', 'Extract', 'Load', 'Load HTTP', 'Response', 'UQL']

describe('from a failed run to the reason', () => {
  it('takes two clicks: the run, then the evidence', async () => {
    const { page } = held
    pictureOnFailure(() => page, 'evidence')
    await openFirstRun(page, 'status=failed,partly_failed')
    await page.getByRole('heading', { name: 'What happens next' }).waitFor()
    const evidence = page.getByRole('button', { name: /^Show (exchange|the place)/ }).first()
    if (await evidence.isVisible()) {
      await evidence.click()
      await page.waitForFunction(() => !document.querySelector('main [role="status"][aria-label="Loading"]'))
    }
    expect(await page.getByText('This part of the page failed').count()).toBe(0)
  })

  it.each(['status=failed', 'status=succeeded', 'status=nothing_to_do'])('every tab of a run with %s says something', async (query) => {
    const { page } = held
    pictureOnFailure(() => page, `tabs-${query}`)
    await go(page, `/troubleshooting?${query}`)
    await page.getByRole('listitem').getByRole('link').first().click()
    for (const name of TABS) {
      await openTab(page, name)
      await page.waitForFunction(() => !document.querySelector('main [role="status"][aria-label="Loading"]'))
      expect(await page.getByText('This part of the page failed').count(), name).toBe(0)
    }
  })
})

describe('the list', () => {
  it('keeps its filters in the address', async () => {
    const { page } = held
    await go(page, '/troubleshooting')
    await page.getByLabel('Status', { exact: true }).selectOption('failed')
    await page.waitForURL(/status=failed/)
    await page.getByLabel('Time', { exact: true }).selectOption('7d')
    await page.waitForURL(/range=7d/)
    await page.reload()
    expect(await page.getByLabel('Status', { exact: true }).inputValue()).toBe('failed')
  })

  it('folds polls that found nothing, and opens them', async () => {
    const { page } = held
    await go(page, '/troubleshooting?trigger=poll')
    const fold = page.getByRole('button', { name: /found nothing to do/ }).first()
    await fold.click()
    expect(await fold.getAttribute('aria-expanded')).toBe('true')
  })

  it('says what to do when nothing matches', async () => {
    const { page } = held
    await go(page, '/troubleshooting?record=no-such-record-anywhere')
    await page.getByText('No run matches these filters').waitFor()
    await page.getByRole('link', { name: 'Clear filters' }).click()
    await page.getByRole('listitem').first().waitFor()
  })

  it('is worked by keyboard alone', async () => {
    const { page } = held
    await go(page, '/troubleshooting?status=failed,partly_failed')
    await page.getByRole('listitem').getByRole('link').first().waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/status/)
    await page.getByRole('navigation', { name: 'Phases' }).waitFor()
    await page.keyboard.press('7')
    await page.waitForURL(/\/uql/)
    await page.keyboard.press('Escape')
    await page.waitForURL(/\/troubleshooting\?/)
    await page.keyboard.press('/')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Search by record')
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
  })
})

describe('a run', () => {
  it('is exported as a file', async () => {
    const { page } = held
    await openFirstRun(page, 'status=failed,partly_failed')
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export as file' }).click()])
    expect(file.suggestedFilename()).toMatch(/\.zip$/)
  })

  it('that is started here is seen until its end', async () => {
    const { page } = held
    pictureOnFailure(() => page, 'run-now')
    await go(page, '/integrations')
    await page.getByRole('switch', { checked: true }).first().waitFor()
    await page.locator('li', { has: page.getByRole('switch', { checked: true }) }).first().getByRole('link').first().click()
    await page.getByRole('button', { name: 'Run now' }).first().click()
    await page.waitForURL(/\/troubleshooting\/[^/]+\/status/)
    await page.locator('header', { has: page.getByRole('button', { name: 'Export as file' }) }).getByText(/^(Succeeded|Nothing to do|Failed|Partly failed)$/).first().waitFor({ timeout: 30_000 })
  })
})
