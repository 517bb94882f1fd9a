import { describe, expect, it } from 'vitest'
import type { ErrorClass } from '../src/api/types'
import { evidenceOf, newestRun, run } from './gateway'
import { openRun, settled, usePage } from './open'

const held = usePage()

/** The classes that the playground's integrations fail with: what the target answers to the request that failed. */
const REFUSED: [ErrorClass, string, number][] = [
  ['authentication', 'Authentication', 401],
  ['permission', 'Permission', 403],
  ['validation', 'Validation', 422],
  ['rate_limit', 'Rate limit', 429],
  ['connectivity', 'Connectivity', 503],
]

/** Opens the newest failed run of a class, and checks what its Status says. */
async function diagnosed(name: ErrorClass, label: string) {
  const { page } = held
  const query = `error_class=${name}&status=failed,partly_failed&trigger=poll`
  const found = await run((await newestRun(query)).id)
  await openRun(page, found.id, query)
  const { error } = found
  const body = page.getByRole('region', { name: 'What happened' })
  // Names between backticks are shown as code.
  const plain = (words: string) => words.replaceAll('`', '')
  await body.getByText(plain(error!.message), { exact: true }).waitFor()
  const words = await body.innerText()
  for (const said of [label, error!.code, error!.cause!, error!.what_to_do!, 'What happens next']) expect(words).toContain(plain(said))
  return found
}

describe('a failed run', () => {
  it.each(REFUSED)('of class %s says why, what to do, and shows the answer', async (name, label, status) => {
    const { page } = held
    const found = await diagnosed(name, label)
    const exchange = await evidenceOf(found)
    expect(exchange.response?.status).toBe(status)
    await page.getByRole('button', { name: `Show exchange ${exchange.id} in Load HTTP` }).click()
    const shown = page.getByRole('region', { name: `${exchange.request.method} ${exchange.request.url}` })
    await shown.getByText(String(status), { exact: true }).waitFor()
    const words = (JSON.parse(exchange.response!.body!.text!) as { error: { message: string } }).error.message
    await shown.getByText(JSON.stringify(words)).waitFor()
  })

  it('of class mapping shows the rule that stopped, and the value that stopped it', async () => {
    const { page } = held
    const found = await diagnosed('mapping', 'Mapping')
    await page.getByRole('button', { name: 'Show the place in Load' }).click()
    const line = page.getByRole('listitem').filter({ hasText: 'Mapping stopped here' })
    await line.getByText('labels.severity').first().waitFor()
    await line.getByRole('link', { name: 'Mapping stopped here' }).click()
    await page.waitForURL((url) => url.pathname === `/integrations/${found.integration.id}` && url.searchParams.get('at') === found.error!.evidence!.rule)
    await page.locator('.cm-content').getByText('"value_map"').first().waitFor()
  })

  it('of class correlation shows the record that has no counterpart', async () => {
    const { page } = held
    const found = await diagnosed('correlation', 'Correlation')
    await page.getByRole('button', { name: 'Show the place in Load' }).click()
    await settled(page)
    const alert = page.getByRole('alert')
    await alert.getByText(found.error!.code).waitFor()
    expect(await alert.innerText()).toMatch(/no counterpart/i)
  })

  it('leads to the page that explains its code', async () => {
    const { page } = held
    const found = await diagnosed('validation', 'Validation')
    const [explained] = await Promise.all([page.context().waitForEvent('page'), page.getByRole('link', { name: found.error!.code }).click()])
    await explained.getByText(found.error!.code).first().waitFor()
    await explained.close()
  })
})
