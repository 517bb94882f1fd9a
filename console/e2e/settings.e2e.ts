import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Settings, SettingsValues } from '../src/api/types'
import { api } from './gateway'
import { go, usePage } from './open'

const held = usePage()
const read = () => api<Settings>('GET', '/v1/settings')
let before: SettingsValues
beforeAll(async () => {
  const { capture, retention, defaults } = await read()
  before = { capture, retention }
  await api('PUT', '/v1/settings', defaults)
})
afterAll(() => api('PUT', '/v1/settings', before))

describe('Settings → General → Debug', () => {
  it('saves what is collected, and reads it back', async () => {
    const { page } = held
    const { capture } = (await read()).defaults
    await go(page, '/settings')
    await page.waitForURL('**/settings/debug')
    const choice = page.getByRole('group', { name: 'Collect HTTP data' })
    await choice.getByRole('radio', { name: 'All' }).check()
    await page.getByText('Saved').first().waitFor()
    await expect.poll(async () => (await read()).capture.http).toBe('all')
    await page.reload()
    await page.getByText('Every request and answer is kept.').waitFor()
    expect(await choice.getByRole('radio', { name: 'All' }).isChecked()).toBe(true)
    await page.getByLabel('Until').selectOption({ label: 'For 1 hour' })
    await page.getByText('Saved').first().waitFor()
    await page.waitForFunction(() => [...document.querySelectorAll('option')].some((one) => one.selected && one.textContent?.startsWith('Until ')))
    await expect.poll(async () => Date.parse((await read()).capture.http_until ?? '')).toBeGreaterThan(Date.now())
    await page.getByRole('button', { name: 'Restore default' }).click()
    await page.getByText('Requests and answers are kept when a run does not succeed').waitFor()
    await expect.poll(async () => (await read()).capture).toEqual(capture)
  })

  it('saves the purge intervals one by one', async () => {
    const { page } = held
    await go(page, '/settings/debug')
    const http = page.getByLabel('HTTP data', { exact: true })
    await http.selectOption({ label: '1 day' })
    await page.getByText('Saved').first().waitFor()
    await page.reload()
    expect(await http.inputValue()).toBe('1d')
    const { retention, defaults } = await read()
    expect(retention).toEqual({ ...defaults.retention, http: '1d' })
    await page.getByRole('button', { name: 'Restore default' }).click()
    await page.getByRole('button', { name: 'Restore default' }).waitFor({ state: 'detached' })
    expect(await http.inputValue()).toBe(defaults.retention.http)
  })
})

describe('an API token', () => {
  it('is shown once, works, and works no more when it is revoked', async () => {
    const { page } = held
    const name = `browser test ${Date.now()}`
    await go(page, '/settings/tokens')
    await page.getByRole('button', { name: 'New token' }).click()
    await page.getByLabel('Name').fill(name)
    await page.getByRole('dialog').getByRole('button', { name: 'New token' }).click()
    const token = await page.getByRole('dialog').getByText(/^tl_/).innerText()
    const ask = async () => (await fetch(new URL('/v1/me', page.url()), { headers: { Authorization: `Bearer ${token}` } })).status
    expect(await ask()).toBe(200)
    await page.getByRole('button', { name: 'I have copied it' }).click()
    const row = page.getByRole('listitem').filter({ hasText: name })
    await row.getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('The token is revoked').first().waitFor()
    await row.waitFor({ state: 'detached' })
    expect(await ask()).toBe(401)
  })
})
