import { describe, expect, it } from 'vitest'
import { named, systems } from './gateway'
import { go, usePage } from './open'

const held = usePage()

describe('the list', () => {
  it('says which systems work, and why the others do not', async () => {
    const { page } = held
    const refused = named(await systems(), 'Service desk, with an old key')
    await go(page, '/systems')
    const cards = page.getByRole('main').getByRole('listitem')
    await cards.filter({ hasText: refused.name }).getByText(refused.state_reason!).waitFor()
    await cards.filter({ has: page.getByRole('link', { name: 'Monitor', exact: true }) }).getByText('Working').waitFor()
  })
})

describe('a test of the connection', () => {
  const test = async (name: string) => {
    const { page } = held
    await go(page, '/systems')
    await page.getByRole('main').getByRole('link', { name, exact: true }).click()
    await page.getByRole('button', { name: 'Test connection' }).click()
  }

  it('says that it works, as whom, and shows what was sent', async () => {
    const { page } = held
    await test('Monitor')
    await page.getByText('The connection works').waitFor()
    await page.getByText('integration', { exact: true }).waitFor()
    const { base_url } = named(await systems(), 'Monitor')
    const exchange = page.getByRole('region', { name: `GET ${base_url}/api/me` })
    await exchange.getByText('"Playground Monitor"').waitFor()
  })

  it('says why it does not, and what to do', async () => {
    const { page } = held
    await test('Service desk, with an old key')
    const report = page.getByRole('alert').filter({ hasText: 'The connection does not work' })
    await report.getByText('credentials_refused').waitFor()
    expect(await report.innerText()).toMatch(/HTTP 401[\s\S]*Enter current credentials/)
    await page.getByText('What was sent and answered').waitFor()
  })
})

describe('a new system', () => {
  it('gets its form from the connector, and says which fields are missing', async () => {
    const { page } = held
    await go(page, '/systems/new')
    await page.getByRole('main').getByRole('link', { name: /Playground Desk/ }).click()
    await page.getByRole('button', { name: 'Save and test' }).click()
    await page.getByText('This is needed.').first().waitFor()
    expect(await page.locator('[aria-invalid="true"]').count()).toBeGreaterThan(0)
  })
})
