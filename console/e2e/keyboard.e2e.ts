import { describe, expect, it } from 'vitest'
import { GATEWAY, LOGIN, PASSWORD } from './browser.mjs'
import { evidenceOf, newestRun, run } from './gateway'
import { useBrowser } from './open'

const shared = useBrowser()

describe('by keyboard alone', () => {
  it('a person signs in, finds a failed run, reads the reason, and leaves', async () => {
    const page = await (await shared.browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key)
    }
    await page.goto(`${GATEWAY}/login`)
    await page.getByLabel('E-mail').waitFor()
    await page.keyboard.type(LOGIN)
    await press('Tab')
    await page.keyboard.type(PASSWORD)
    await press('Enter')
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()

    // The first stop leads past the navigation.
    await press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content')
    await press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content')

    await press('g', 't')
    await page.getByRole('heading', { name: 'Troubleshooting', level: 1 }).waitFor()
    const refused = await run((await newestRun('error_class=validation&trigger=poll')).id)
    await press('/')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Search by record')
    await page.keyboard.type(refused.records_preview![0]!.source_key)
    await page.waitForURL((url) => url.searchParams.get('record') === refused.records_preview![0]!.source_key)
    await press('Escape')
    await press('f')
    await page.waitForURL((url) => url.searchParams.get('status') === 'failed,partly_failed' && url.searchParams.get('record') === refused.records_preview![0]!.source_key)
    const wanted = page.locator(`[role="listitem"] a[href*="${refused.id}"]`)
    await wanted.waitFor()
    // Down to the run, wherever it stands: the row that is current says so.
    for (let left = 60; left > 0 && (await wanted.getAttribute('data-current')) !== 'true'; left -= 1) await press('j')
    await press('Enter')
    await page.waitForURL(`**/troubleshooting/${refused.id}/status?*`)
    await page.getByRole('navigation', { name: 'Phases' }).waitFor()

    await press('w')
    const exchange = await evidenceOf(refused)
    await page.getByRole('region', { name: `${exchange.request.method} ${exchange.request.url}` }).waitFor()
    await press('4')
    await page.waitForURL(/\/load\?/)
    await press('?')
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor()
    await press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await press('Escape')
    await page.waitForURL((url) => url.pathname === '/troubleshooting')
    await press('g', 'd')
    await page.getByRole('heading', { name: 'Debug', level: 1 }).waitFor()
  })
})
