import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { go, openFirstRun, openTab, usePage } from './open'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const PAGES = ['/', '/troubleshooting', '/integrations', '/integrations/new', '/systems', '/systems/new', '/settings/debug', '/settings/tokens']
const TABS = ['Status', 'Extract', 'Load', 'Load HTTP', 'Response', 'UQL']

/** What axe finds, as one line per rule and place. */
async function violations(page: Page): Promise<string[]> {
  await page.waitForFunction(() => !document.querySelector('main [role="status"][aria-label="Loading"]'))
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const { axe: runner } = globalThis as unknown as { axe: { run: (options: object) => Promise<{ violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[] }> } }
    const result = await runner.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })
    return result.violations.flatMap((one) => one.nodes.slice(0, 3).map((node) => `${one.id}: ${node.target.join(' ')} (${node.failureSummary.split('\n')[1]?.trim()})`))
  })
}

for (const colorScheme of ['light', 'dark'] as const) {
  describe(`accessibility, ${colorScheme}`, () => {
    const held = usePage({ colorScheme })
    it.each(PAGES)('%s', async (path) => {
      await go(held.page, path)
      await held.page.locator('main h1').first().waitFor()
      expect(await violations(held.page)).toEqual([])
    })
    it.each(TABS)('a failed run, %s', async (name) => {
      await openFirstRun(held.page, 'status=failed,partly_failed')
      await openTab(held.page, name)
      expect(await violations(held.page)).toEqual([])
    })
  })
}

describe('a narrow screen', () => {
  const held = usePage({ viewport: { width: 360, height: 740 } })
  it.each(PAGES)('%s needs no sideways scrolling', async (path) => {
    await go(held.page, path)
    await held.page.locator('main#content').waitFor()
    expect(await held.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  })
})
