import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { GATEWAY, LOGIN, PASSWORD, signIn } from './browser.mjs'
import { useBrowser } from './open'

const shared = useBrowser()
let page: Page

/** A person who has never been here. */
async function stranger() {
  page = await (await shared.browser.newContext()).newPage()
  return page
}

const submit = async (password: string) => {
  await page.getByLabel('E-mail').fill(LOGIN)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

describe('signing in', () => {
  it('refuses a wrong password, says so, and lets the person try again', async () => {
    await stranger()
    await page.goto(`${GATEWAY}/login`)
    await submit('not the password')
    const alert = page.getByRole('alert')
    await alert.waitFor()
    expect(await alert.innerText()).toMatch(/password/i)
    expect(new URL(page.url()).pathname).toBe('/login')
    await submit(PASSWORD)
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
  })

  it('asks for what is missing before it asks the gateway', async () => {
    await stranger()
    await page.goto(`${GATEWAY}/login`)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('Enter your e-mail and your password.').waitFor()
  })

  it('leads on to where the person wanted to be', async () => {
    await stranger()
    await page.goto(`${GATEWAY}/troubleshooting?status=failed`)
    await page.waitForURL(/\/login\?next=/)
    await submit(PASSWORD)
    await page.waitForURL(/\/troubleshooting\?status=failed/)
    expect(await page.getByLabel('Status', { exact: true }).inputValue()).toBe('failed')
  })
})

describe('a session', () => {
  it('survives a reload through its cookie, and keeps no token where scripts can read it', async () => {
    await signIn(await stranger())
    await page.reload()
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
    const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie)
    expect(stored).not.toMatch(/ey[\w-]+\.|token|tl_/i)
    const cookies = await page.context().cookies()
    expect(cookies.map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite }))).toEqual([{ httpOnly: true, sameSite: 'Strict' }])
  })

  it('ends when the person signs out', async () => {
    await signIn(await stranger())
    await page.getByRole('button', { name: /Account and theme$/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.waitForURL(/\/login/)
    await page.goto(`${GATEWAY}/systems`)
    await page.waitForURL(/\/login\?next=/)
  })
})
