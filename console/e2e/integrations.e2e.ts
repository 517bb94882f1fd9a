import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { Integration } from '../src/api/types'
import { api, integrations } from './gateway'
import { forgive, go, settled, usePage } from './open'
import { useOwnIntegration } from './own'

const held = usePage()
const own = useOwnIntegration()

const stored = () => api<Integration>('GET', `/v1/integrations/${own.integration.id}`)
const rowOf = (page: Page) => page.getByRole('listitem').filter({ has: page.getByRole('link', { name: own.integration.name, exact: true }) })

describe('the list', () => {
  it('says what each integration connects, and whether it runs', async () => {
    const { page } = held
    await go(page, '/integrations')
    const row = page.getByRole('listitem').filter({ hasText: 'Broken: validation' })
    await row.waitFor()
    const words = await row.innerText()
    for (const part of ['Monitor', 'Service desk', 'Every 10m', 'Published']) expect(words).toContain(part)
  })

  it('turns an integration off and on', async () => {
    const { page } = held
    await go(page, '/integrations')
    const onOff = rowOf(page).getByRole('switch')
    await onOff.click()
    await rowOf(page).getByText('Disabled', { exact: true }).waitFor()
    expect((await stored()).enabled).toBe(false)
    await page.reload()
    await rowOf(page).getByText('Disabled', { exact: true }).waitFor()
    expect(await onOff.getAttribute('aria-checked')).toBe('false')
    await onOff.click()
    await rowOf(page).getByText('Published', { exact: true }).waitFor()
    expect((await stored()).enabled).toBe(true)
  })
})

/** Deleting first lets the editor do it; Chromium itself would replace a selection with styled text, which the CSP reports. */
async function write(page: Page, text: string) {
  await page.locator('.cm-content').click()
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Delete')
  await page.keyboard.insertText(text)
}

async function edit(page: Page) {
  await go(page, `/integrations/${own.integration.id}?tab=editor`)
  await page.locator('.cm-content').waitFor()
  await settled(page)
}

/** The line of the text that contains `part`, counted from one. */
const lineOf = (text: string, part: string) => text.slice(0, text.indexOf(part)).split('\n').length

describe('an integration that is no longer wanted', () => {
  it('is deleted, after a question', async () => {
    const { page } = held
    const { document } = own.integration
    const spare = await api<Integration>('POST', '/v1/integrations', { document: { ...document, name: `${String(document['name'])}, spare` } })
    await go(page, `/integrations/${spare.id}`)
    await page.getByRole('button', { name: 'Delete integration' }).click()
    await page.getByRole('dialog', { name: `Delete integration: ${spare.name}` }).getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('The integration is deleted').first().waitFor()
    await page.waitForURL('**/integrations')
    expect((await integrations()).map((one) => one.id)).not.toContain(spare.id)
    // Its page may have heard of the change, and looked once more, before it was left; a new page drops what is under way.
    await go(page, '/integrations')
    await settled(page)
    forgive(held, 'status of 404')
  })
})

describe('the editor', () => {
  it('shows a fault at its place, and does not publish it', async () => {
    const { page } = held
    await edit(page)
    const faulty = JSON.stringify(own.integration.document, null, 2).replace('"value_map": {', '"valu_map": {')
    await write(page, faulty)
    const fault = page.locator('aside').getByRole('listitem').filter({ hasText: 'valu_map' }).first()
    await fault.waitFor()
    const line = lineOf(faulty, '"valu_map"')
    const told = Number((await fault.locator('span').first().innerText()).trim())
    // The fault may name the key or the rule that holds it.
    expect(line - told, `line ${told} for a fault in line ${line}`).toBeGreaterThanOrEqual(0)
    expect(line - told).toBeLessThanOrEqual(2)
    await fault.getByRole('button').click()
    const marked = page.locator('.cm-lintRange-error')
    await marked.first().waitFor()
    expect(await page.getByRole('button', { name: 'Publish' }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Discard changes' }).click()
    await fault.waitFor({ state: 'detached' })
    await page.getByText('Not saved').waitFor({ state: 'detached' })
  })

  it('says that a text is no JSON yet, and saves nothing', async () => {
    const { page } = held
    await edit(page)
    await write(page, '{"name": ')
    await page.getByText('This is not JSON yet').waitFor()
    expect(await page.getByRole('button', { name: 'Save draft' }).isDisabled()).toBe(true)
    expect((await stored()).document).toEqual(own.integration.document)
  })

  it('saves a draft, then publishes it', async () => {
    const { page } = held
    const before = await stored()
    const description = `Changed in ${before.draft_revision}.`
    await edit(page)
    await write(page, JSON.stringify({ ...before.document, description }, null, 2))
    await page.locator('header').getByText('No faults').waitFor()
    await page.getByRole('button', { name: 'Save draft' }).click()
    await page.getByText('Not saved').waitFor({ state: 'detached' })
    const draft = await stored()
    expect(draft.document).toMatchObject({ description })
    expect(draft.published_revision).toBe(before.published_revision)
    await page.getByRole('button', { name: 'Publish', exact: true }).click()
    await page.getByText(`Revision ${draft.draft_revision} is published`).first().waitFor()
    expect((await stored()).published_revision).toBe(draft.draft_revision)
    await page.getByRole('link', { name: 'Revisions' }).click()
    await page.getByRole('listitem').filter({ hasText: 'runs now' }).getByText(String(draft.draft_revision), { exact: true }).waitFor()
  })
})
