// Debian's Chromium, and a signed-in page in it.
import { chromium } from 'playwright-core'

const ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

const given = (name) => {
  const value = process.env[name]
  if (!value) throw new Error(`Set GATEWAY_URL, LOGIN and PASSWORD: ${name} is missing. \`cargo xtask status --json\` has them for a stack that runs.`)
  return value.replace(/\/$/, '')
}

export const GATEWAY = given('GATEWAY_URL')
export const LOGIN = given('LOGIN')
export const PASSWORD = given('PASSWORD')

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: ARGS })

/** Signs in through the form and waits for the shell. */
export async function signIn(page) {
  await page.goto(`${GATEWAY}/login`)
  await page.getByLabel('E-mail').fill(LOGIN)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('main#content').waitFor()
}

/** Collects what the page complains about: uncaught errors, console errors, CSP violations. */
export function complaints(page) {
  const list = []
  page.on('pageerror', (error) => list.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && list.push(message.text()))
  return list
}
