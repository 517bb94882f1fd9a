/** What must hold for every page. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { usePage } from './open'
import type { Pages } from './pages'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const EVERYTHING = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }
const COLOURS = { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } }

/** What axe finds, as one line per rule and place. */
const violations = (page: Page, options: object): Promise<string[]> =>
  page.evaluate(async (chosen) => {
    const { axe: runner } = globalThis as unknown as { axe: { run: (options: object) => Promise<{ violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[] }> } }
    const result = await runner.run(chosen)
    return result.violations.flatMap((one) => one.nodes.slice(0, 3).map((node) => `${one.id}: ${node.target.join(' ')} (${node.failureSummary.split('\n')[1]?.trim()})`))
  }, options)

/** Parts that can be scrolled sideways although they are meant to go up and down only: the page itself, and its panes. */
const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const scrolls = (one: Element) => one === document.documentElement || ['auto', 'scroll'].includes(getComputedStyle(one).overflowX)
    return [document.documentElement, ...document.querySelectorAll('main, main section, main [class*="body"], main [class*="page"]')]
      .filter((one) => one.scrollWidth > one.clientWidth + 1 && scrolls(one))
      .map((one) => `${one.tagName} ${one.className}: ${one.scrollWidth} px in ${one.clientWidth}`)
  })

export async function look(page: Page, colorScheme: 'light' | 'dark', width: number, height: number) {
  await page.emulateMedia({ colorScheme })
  await page.setViewportSize({ width, height })
  await page.waitForFunction(([scheme, wide]) => innerWidth === wide && matchMedia(`(prefers-color-scheme: ${scheme})`).matches, [colorScheme, width] as const)
}

/** Nothing is left to complain about, as soon as the page has taken its theme and its size. */
async function expectNone(what: string, find: () => Promise<string[]>) {
  await expect.poll(find, { message: what }).toEqual([])
}

export async function inspect(page: Page) {
  await page.evaluate(axe)
  await expectNone('axe, in light', () => violations(page, EVERYTHING))
  await look(page, 'dark', 1440, 900)
  await expectNone('axe, in dark', () => violations(page, COLOURS))
  await look(page, 'dark', 2560, 1340)
  await expectNone('too wide at 2560 px', () => tooWide(page))
  await look(page, 'light', 360, 740)
  await expectNone('too wide at 360 px', () => tooWide(page))
  await expectNone('axe, at 360 px', () => violations(page, EVERYTHING))
}

/** A test for each of `pages`. */
export function inspectEach(pages: Pages) {
  describe('in light and dark, on a phone and on a wall, nothing is out of reach', () => {
    const held = usePage()
    beforeEach(() => look(held.page, 'light', 1440, 900))
    it.each(Object.keys(pages))('%s', async (name) => {
      await pages[name]!(held.page)
      await inspect(held.page)
    })
  })
}
