/** A signed-in page for a test file, with what it complained about; closed at the end. */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, onTestFailed } from 'vitest'
import { complaints, GATEWAY, launch, signIn } from './browser.mjs'

const RESULTS = process.env['SCREENS_DIR'] ?? fileURLToPath(new URL('./.results/', import.meta.url))

/** One browser and one session for all tests of a file. Any uncaught error or CSP violation fails the test that caused it. */
export function usePage(options: BrowserContextOptions = {}) {
  const held: { page: Page; browser: Browser; complaints: string[] } = {} as never
  beforeAll(async () => {
    mkdirSync(RESULTS, { recursive: true })
    held.browser = await launch()
    const context = await held.browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true, reducedMotion: 'reduce', ...options })
    held.page = await context.newPage()
    await signIn(held.page)
    held.complaints = complaints(held.page)
  })
  afterEach(() => {
    // Refused requests are part of some tests, and the browser reports them as errors.
    const serious = held.complaints.splice(0).filter((one) => !one.startsWith('Failed to load resource'))
    expect(serious).toEqual([])
  })
  afterAll(() => held.browser.close())
  return held
}

/** Keeps a picture of the page when the test fails. */
export function pictureOnFailure(page: () => Page, name: string) {
  onTestFailed(async () => {
    await page().screenshot({ path: `${RESULTS}/FAILED-${name}.png` }).catch(() => null)
  })
}

export const go = (page: Page, path: string) => page.goto(GATEWAY + path)

/** Opens the newest run that the filters of `query` find. */
export async function openFirstRun(page: Page, query: string) {
  await go(page, `/troubleshooting?${query}`)
  await page.getByRole('listitem').getByRole('link').first().click()
  await page.waitForURL(/\/troubleshooting\/[^/]+\/status/)
}

/** Opens a phase tab by its exact name. */
export const openTab = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Phases' }).locator('a').filter({ hasText: new RegExp(`^${name}\\d*$`) }).first().click()
