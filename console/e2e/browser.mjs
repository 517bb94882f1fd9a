// Debian's Chromium, and how to sign in there.
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

const CHROMIUM = { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: ARGS }

/** A browser of one's own. */
export const launch = () => chromium.launch(CHROMIUM)
/** A browser to share: whoever connects to its address has windows of their own. */
export const serve = () => chromium.launchServer(CHROMIUM)
export const connect = (address) => chromium.connect(address)

/** Signs in through the form and waits for the shell. */
export async function signIn(page) {
  await page.goto(`${GATEWAY}/login`)
  await page.getByLabel('E-mail').fill(LOGIN)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('main#content').waitFor()
}

/** Signs in without a page, for tests of something else. A session of its own for each context: its cookie can be used once, so that it cannot be shared. */
export async function enter(context) {
  const answer = await context.request.post(`${GATEWAY}/v1/auth/login`, { data: { email: LOGIN, password: PASSWORD } })
  if (!answer.ok()) throw new Error(`${GATEWAY} refuses ${LOGIN}: ${answer.status()} ${await answer.text()}`)
}

/** Collects what the page complains about: uncaught errors, console errors, CSP violations. */
export function complaints(page) {
  const list = []
  page.on('pageerror', (error) => list.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && list.push(message.text()))
  return list
}
