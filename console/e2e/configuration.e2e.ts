import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { go, pictureOnFailure, usePage } from './open'

const held = usePage()

/** Deleting first lets the editor do it; Chromium itself would replace a selection with styled text, which the CSP reports. */
async function replaceText(page: Page, text: string) {
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Delete')
  await page.keyboard.insertText(text)
}

describe('the editor', () => {
  it('shows a fault at its line, and does not publish it', async () => {
    const { page } = held
    pictureOnFailure(() => page, 'editor')
    await go(page, '/integrations')
    await page.locator('main li').getByRole('link').first().click()
    await page.getByRole('link', { name: /^Editor/ }).click()
    const code = page.locator('.cm-content')
    await code.click()
    await replaceText(page, '{"name": "", "nonsense": ')
    await page.getByText('This is not JSON yet').waitFor()
    await replaceText(page, '{\n"name": "",\n"actions": [{"key": "a", "map": [{"target": "x", "nonsense": 1}]}]\n}')
    await page.locator('aside').getByRole('listitem').first().waitFor()
    expect(await page.getByRole('button', { name: 'Publish' }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Discard changes' }).click()
  })
})

describe('systems', () => {
  it('are tested, with the exchange shown', async () => {
    const { page } = held
    pictureOnFailure(() => page, 'system')
    await go(page, '/systems')
    await page.locator('main li').getByRole('link').first().click()
    await page.getByRole('button', { name: 'Test connection' }).click()
    await page.getByText(/^The connection (works|does not work)$/).waitFor()
  })

  it('get a form from the schemas of their connector', async () => {
    const { page } = held
    await go(page, '/systems/new')
    await page.locator('main li').getByRole('link').first().click()
    await page.getByRole('button', { name: 'Save and test' }).click()
    await page.getByText('This is needed.').first().waitFor()
  })
})

describe('settings', () => {
  it('change, stay, and go back to their defaults one by one', async () => {
    const { page } = held
    pictureOnFailure(() => page, 'settings')
    await go(page, '/settings/debug')
    const http = page.getByLabel('HTTP data', { exact: true })
    await http.selectOption('1d')
    await page.getByText('Saved').first().waitFor()
    await page.reload()
    expect(await http.inputValue()).toBe('1d')
    await page.getByRole('button', { name: 'Restore default' }).first().click()
    await page.waitForFunction(() => document.querySelector<HTMLSelectElement>('select[aria-label="HTTP data"]')?.value !== '1d')
  })

  it('issue a token once, and revoke it', async () => {
    const { page } = held
    pictureOnFailure(() => page, 'tokens')
    await go(page, '/settings/tokens')
    await page.getByRole('button', { name: 'New token' }).click()
    await page.getByLabel('Name').fill('browser test')
    await page.getByRole('dialog').getByRole('button', { name: 'New token' }).click()
    await page.getByRole('dialog').getByText(/^tl_/).waitFor()
    await page.getByRole('button', { name: 'I have copied it' }).click()
    const row = page.getByRole('listitem').filter({ hasText: 'browser test' }).first()
    await row.getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await row.waitFor({ state: 'detached' })
  })
})
