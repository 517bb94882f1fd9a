import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { GATEWAY, launch, LOGIN, PASSWORD, signIn } from './browser.mjs'

let browser: Browser
let page: Page
beforeAll(async () => {
  browser = await launch()
  page = await browser.newPage()
})
afterAll(() => browser.close())

describe('the session', () => {
  it('asks who is there, and remembers where they wanted to go', async () => {
    await page.goto(`${GATEWAY}/troubleshooting?status=failed`)
    await page.waitForURL(/\/login\?next=/)
    await page.getByLabel('E-mail').fill(LOGIN)
    await page.getByLabel('Password').fill('not the password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(/\/troubleshooting\?status=failed/)
  })

  it('survives a reload through its cookie, and keeps no token where scripts can read it later', async () => {
    await page.reload()
    await page.locator('main#content').waitFor()
    const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie)
    expect(stored).not.toMatch(/ey[\w-]+\.|token|tl_refresh/i)
  })

  it('ends when the person signs out', async () => {
    await signInAgain()
    await page.getByRole('button', { name: /Account and theme$/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.waitForURL(/\/login/)
    await page.goto(`${GATEWAY}/systems`)
    await page.waitForURL(/\/login\?next=/)
  })
})

async function signInAgain() {
  if (page.url().includes('/login')) await signIn(page)
}
