// Screenshots of every page: `npm run screens [-- name…]` writes e2e/.results/<name>-<width>-<theme>.png.
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { complaints, GATEWAY, launch, signIn } from './browser.mjs'

const OUT = process.env.SCREENS_DIR ?? fileURLToPath(new URL('./.results/', import.meta.url))
const SIZES = { 360: 780, 768: 1000, 1280: 860, 2560: 1340 }
const widths = (process.env.WIDTHS ?? '360,768,1280,2560').split(',').map(Number)
const themes = (process.env.THEMES ?? 'light,dark').split(',')
const wanted = process.argv.slice(2)

const runWith = async (page, errorClass) => {
  await page.goto(`${GATEWAY}/troubleshooting?error_class=${errorClass}&trigger=poll`)
  await page.getByRole('listitem').getByRole('link').first().click()
  await page.waitForURL(/troubleshooting\/[^/]+\/status/)
  await page.getByRole('navigation', { name: 'Phases' }).waitFor()
}
const tab = (page, name) => page.getByRole('navigation', { name: 'Phases' }).getByRole('link').filter({ hasText: new RegExp(`^${name}`) }).first().click()
const at = (path) => (page) => page.goto(GATEWAY + path)
const phase = (errorClass, name) => async (page) => {
  await runWith(page, errorClass)
  await tab(page, name)
}
const first = (path) => async (page) => {
  await page.goto(GATEWAY + path)
  await page.locator('main a[href^="' + path + '/"]').filter({ hasNotText: /New|Connect/ }).first().click()
}

const SCREENS = {
  overview: at('/'),
  troubleshooting: at('/troubleshooting'),
  empty: at('/troubleshooting?record=nothing-like-this'),
  'not-found': at('/nowhere'),
  'run-status': (page) => runWith(page, 'validation'),
  'run-correlation': (page) => runWith(page, 'correlation'),
  'run-rate-limit': (page) => runWith(page, 'rate_limit'),
  'run-gone': at('/troubleshooting/00000000-0000-7000-8000-000000000000/status'),
  'run-connectivity': (page) => runWith(page, 'connectivity'),
  'run-evidence': async (page) => {
    await runWith(page, 'validation')
    await page.getByRole('button', { name: /^Show exchange/ }).click()
  },
  'run-http': phase('connectivity', 'Load HTTP'),
  'run-extract': phase('validation', 'Extract(?! HTTP)'),
  'run-load': phase('validation', 'Load(?! HTTP)'),
  'run-load-stopped': phase('mapping', 'Load(?! HTTP)'),
  'run-succeeded': async (page) => {
    await page.goto(`${GATEWAY}/troubleshooting?status=succeeded`)
    await page.getByRole('listitem').getByRole('link').first().click()
  },
  'run-response': phase('validation', 'Response'),
  'run-uql': phase('validation', 'UQL'),
  'run-absent': async (page) => {
    await page.goto(`${GATEWAY}/troubleshooting?status=succeeded`)
    await page.getByRole('listitem').getByRole('link').first().click()
    await tab(page, 'Load HTTP')
  },
  integrations: at('/integrations'),
  integration: first('/integrations'),
  editor: async (page) => {
    await page.goto(`${GATEWAY}/integrations`)
    await page.getByRole('link', { name: 'Alerts to incidents', exact: true }).click()
    await page.getByRole('link', { name: /^Editor/ }).click()
    await page.locator('.cm-content').waitFor()
  },
  revisions: async (page) => {
    await first('/integrations')(page)
    await page.getByRole('link', { name: 'Revisions' }).click()
  },
  systems: at('/systems'),
  'system-test': async (page) => {
    await page.goto(`${GATEWAY}/systems`)
    await page.getByRole('link', { name: 'Service desk, with an old key' }).click()
    await page.getByRole('button', { name: 'Test connection' }).click()
    await page.getByText('What was sent and answered').waitFor()
  },
  'system-schema': async (page) => {
    await first('/systems')(page)
    await page.getByRole('link', { name: 'Schema' }).click()
  },
  'system-choose': at('/systems/new'),
  'system-new': at('/systems/new?connector=redmine'),
  debug: at('/settings/debug'),
  tokens: at('/settings/tokens'),
  'token-new': async (page) => {
    await page.goto(`${GATEWAY}/settings/tokens`)
    await page.getByRole('button', { name: 'New token' }).click()
  },
  help: async (page) => {
    await page.goto(`${GATEWAY}/`)
    await page.waitForTimeout(200)
    await page.keyboard.press('?')
  },
}

await mkdir(OUT, { recursive: true })
const browser = await launch()
for (const width of widths) {
  for (const theme of themes) {
    const context = await browser.newContext({ viewport: { width, height: SIZES[width] ?? 860 }, colorScheme: theme, reducedMotion: 'reduce', hasTouch: width < 500 })
    const page = await context.newPage()
    const found = complaints(page)
    if (wanted.length === 0 || wanted.includes('login')) {
      await page.goto(`${GATEWAY}/login`)
      await page.waitForTimeout(150)
      await page.screenshot({ path: `${OUT}/login-${width}-${theme}.png` })
    }
    await signIn(page)
    for (const [name, open] of Object.entries(SCREENS)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue
      try {
        await open(page)
        await page.waitForFunction(() => document.querySelector('main h1, main h2') && !document.querySelector('[role="status"][aria-label="Loading"]'))
        await page.waitForTimeout(450)
        await page.screenshot({ path: `${OUT}/${name}-${width}-${theme}.png` })
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        if (wide > 0) console.log(`${name} ${width}: the page is ${wide} px too wide`)
      } catch (error) {
        console.log(`${name} ${width} ${theme}: ${String(error).split('\n')[0]}`)
        await page.screenshot({ path: `${OUT}/FAILED-${name}-${width}-${theme}.png` })
      }
    }
    for (const complaint of new Set(found)) console.log(`${width} ${theme}: ${complaint}`)
    await context.close()
  }
}
await browser.close()
