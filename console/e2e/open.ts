/** A signed-in page for a test file, with what it complained about; closed at the end. */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, onTestFailed } from 'vitest'
import { complaints, connect, enter, GATEWAY } from './browser.mjs'

const RESULTS = process.env['SCREENS_DIR'] ?? fileURLToPath(new URL('./.results/', import.meta.url))

/** How long anything may take: far more than it does, far less than a test may. */
const PATIENCE_MS = 15_000

/**
 * No motion at all. For people who want less of it the console shortens transitions and animations to a millisecond, which leaves one transition
 * per element for every change of theme or size, and a frame for every turn of what moves for ever: more work than all that the tests look at.
 */
function beStill() {
  const still = new CSSStyleSheet()
  still.replaceSync('*, *::before, *::after { transition: none !important; animation-iteration-count: 1 !important; }')
  document.adoptedStyleSheets = [still]
}

/** The profile of somebody who wants no motion. */
export async function stillContext(browser: Browser) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true, reducedMotion: 'reduce' })
  await context.addInitScript(beStill)
  context.setDefaultTimeout(PATIENCE_MS)
  return context
}

/** A way to the browser that all files share; what is opened through it is closed at the end. */
export function useBrowser() {
  const held: { browser: Browser } = {} as never
  beforeAll(async () => {
    held.browser = await connect(inject('browser'))
  })
  afterAll(() => held.browser?.close())
  return held
}

/** One page and one session for all tests of a file. Any uncaught error, CSP violation or refused request fails the test that caused it. */
export function usePage() {
  const shared = useBrowser()
  const held: { page: Page; complaints: string[] } = {} as never
  beforeAll(async () => {
    mkdirSync(RESULTS, { recursive: true })
    const context = await stillContext(shared.browser)
    await enter(context)
    held.page = await context.newPage()
    held.complaints = complaints(held.page)
  })
  beforeEach(({ task }) => {
    // A picture says most about a test that failed.
    onTestFailed(async () => {
      await held.page.screenshot({ path: `${RESULTS}/FAILED-${task.name.replaceAll(/\W+/g, '-')}.png` }).catch(() => null)
    })
  })
  afterEach(() => expect(held.complaints.splice(0)).toEqual([]))
  return held
}

export const go = (page: Page, path: string) => page.goto(GATEWAY + path)

/** Lets the test pass although the page has complained about this. */
export const forgive = (held: { complaints: string[] }, expected: string) =>
  held.complaints.splice(0).forEach((one) => one.includes(expected) || held.complaints.push(one))

/** Waits until nothing on the page is loading any more. */
export const settled = (page: Page) => page.waitForFunction(() => document.querySelector('main h1, main h2') && !document.querySelector('main [role="status"][aria-label="Loading"]'))

/** The row of a run in the list, by the run's id. */
export const rowOf = (page: Page, id: string) => page.locator(`[role="listitem"] a[href*="${id}"]`)

/** Finds a run in the list by `query`, and opens it. */
export async function openRun(page: Page, id: string, query: string) {
  await go(page, `/troubleshooting?${query}`)
  await rowOf(page, id).click()
  await page.waitForURL((url) => url.pathname === `/troubleshooting/${id}/status`)
  await page.getByRole('navigation', { name: 'Phases' }).waitFor()
}

const phases = (page: Page) => page.getByRole('navigation', { name: 'Phases' })

/** Opens a phase tab by its exact name, and waits for its content. */
export async function openTab(page: Page, name: string) {
  const tab = phases(page).locator('a').filter({ hasText: new RegExp(`^${name}\\d*$`) })
  await tab.click()
  await phases(page).locator('a[aria-current="page"]').filter({ hasText: new RegExp(`^${name}\\d*$`) }).waitFor()
  await settled(page)
}
