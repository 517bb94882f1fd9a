import { beforeAll, describe, expect, it } from 'vitest'
import type { Exchange, RunDetail } from '../src/api/types'
import { bytes, duration } from '../src/lib/format'
import { evidenceOf, newestRun, phase, run } from './gateway'
import { openRun, openTab, usePage } from './open'
import { useOwnIntegration } from './own'
import { unzip } from './zip'

const held = usePage()
const own = useOwnIntegration()

let failed: RunDetail
let succeeded: RunDetail
let refused: Exchange
beforeAll(async () => {
  failed = await own.deliver({ alertname: 'DiskLow', host: 'db-01', severity: 'critical', service: 'shop' })
  succeeded = await own.deliver({ alertname: 'HighLoad', host: 'db-02', severity: 'warning', service: 'database' })
  refused = await evidenceOf(failed)
})
const open = (found: RunDetail) => openRun(held.page, found.id, `integration=${found.integration.id}`)

describe('an HTTP exchange', () => {
  it('shows its request and answer as documents, with sizes', async () => {
    const { page } = held
    await open(failed)
    await openTab(page, 'Load HTTP')
    const row = page.getByRole('list', { name: 'HTTP exchanges' }).locator('button[aria-current="true"]')
    const told = await row.innerText()
    for (const part of ['POST', '/api/incidents', '422', bytes(refused.response!.body!.size), duration(refused.timings.total_ms)]) expect(told).toContain(part)
    const detail = page.getByRole('region', { name: `POST ${refused.request.url}` })
    await detail.getByText('"not_allowed"').waitFor()
    await detail.getByRole('radio', { name: 'Request' }).check()
    await detail.getByText('"category"').waitFor()
    await detail.getByText(bytes(refused.request.body!.size)).waitFor()
    await detail.getByRole('radio', { name: 'Raw' }).check()
    await detail.getByText(refused.request.body!.text!).waitFor()
  })

  it('shows its headers with the secret masked, and its timing', async () => {
    const { page } = held
    await open(failed)
    await openTab(page, 'Load HTTP')
    const detail = page.getByRole('region', { name: `POST ${refused.request.url}` })
    await detail.getByRole('radio', { name: 'Headers' }).check()
    const headers = await detail.locator('dl').allInnerTexts()
    expect(headers[0]).toContain('application/json')
    expect(headers[1]).toMatch(/authorization\s+Bearer \[masked:/)
    await detail.getByRole('radio', { name: 'Timing' }).check()
    await detail.getByText('Waiting for first byte').waitFor()
    await detail.getByText(duration(refused.timings.total_ms), { exact: true }).first().waitFor()
    await detail.getByText('HTTP/1.1').waitFor()
  })
})

describe('Extract and Load', () => {
  it('stand side by side: source value, rule, target field', async () => {
    const { page } = held
    await open(succeeded)
    await openTab(page, 'Extract')
    await page.getByText('"HighLoad"').waitFor()
    await page.getByRole('button', { name: 'Side by side' }).click()
    const line = (target: string) => page.getByRole('main').locator('li').filter({ has: page.locator('code', { hasText: new RegExp(`^${target}$`) }) })
    await line('priority_id').waitFor()
    const [priority, subject, project] = await Promise.all(['priority_id', 'subject', 'project_id'].map((target) => line(target).innerText()))
    expect(priority).toMatch(/labels\.severity\s*"warning"[\s\S]*value map[\s\S]*priority_id\s*4/)
    expect(subject).toMatch(/labels\.alertname\s*"HighLoad"[\s\S]*template[\s\S]*subject\s*"HighLoad on db-02"/)
    expect(project).toMatch(/constant[\s\S]*project_id\s*"itsm"/)
    await page.getByRole('radio', { name: 'Document' }).check()
    await page.getByText('"HighLoad on db-02"').waitFor()
  })
})

describe('the other phases', () => {
  it('Response shows what the target made of it', async () => {
    const { page } = held
    await open(succeeded)
    await openTab(page, 'Response')
    const { records } = await phase(succeeded.id, 'response')
    await page.getByText(JSON.stringify(records[0]!.target_key)).first().waitFor()
    await page.getByText('"HighLoad on db-02"').waitFor()
  })

  it('Response of a refused record leads to the exchange', async () => {
    const { page } = held
    await open(failed)
    await openTab(page, 'Response')
    await page.getByRole('button', { name: `Show exchange ${refused.id} in Load HTTP` }).click()
    await page.getByRole('region', { name: `POST ${refused.request.url}` }).waitFor()
  })

  it('UQL shows the query, what the source did of it, and the watermark', async () => {
    const { page } = held
    const polled = await run((await newestRun('error_class=validation&trigger=poll')).id)
    const { text, native } = await phase(polled.id, 'uql')
    await openRun(page, polled.id, 'error_class=validation&trigger=poll')
    await openTab(page, 'UQL')
    await page.getByText(text, { exact: true }).waitFor()
    await page.getByText(`${native.method} ${native.url}`).waitFor()
    await page.getByRole('heading', { name: 'Watermark' }).waitFor()
    await openTab(page, 'Extract HTTP')
    await page.getByRole('region', { name: `GET ${native.url}` }).waitFor()
  })

  it('say why when they were not captured, and where to change that', async () => {
    const { page } = held
    await open(succeeded)
    await openTab(page, 'Load HTTP')
    await page.getByText(succeeded.phases.find((one) => one.phase === 'load_http')!.reason!).waitFor()
    await page.getByRole('link', { name: 'Change what is collected' }).click()
    await page.waitForURL('**/settings/debug')
  })
})

describe('an export', () => {
  it('is a zip with the run, its phases and a HAR that names the refused request, and no secret', async () => {
    const { page } = held
    await open(failed)
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export as file' }).click()])
    expect(download.suggestedFilename()).toMatch(/\.zip$/)
    const files = unzip(Buffer.concat(await (await download.createReadStream()).toArray()))
    const har = [...files].find(([name]) => name.endsWith('.har'))
    expect(har, [...files.keys()].join(', ')).toBeDefined()
    const { log } = JSON.parse(har![1].toString()) as { log: { version: string; entries: { request: { method: string; url: string }; response: { status: number } }[] } }
    expect(log.version).toBe('1.2')
    expect(log.entries.map(({ request, response }) => [request.method, request.url, response.status])).toContainEqual(['POST', refused.request.url, 422])
    const everything = Buffer.concat([...files.values()]).toString()
    expect(everything).toContain(failed.id)
    expect(everything).not.toMatch(/Bearer (?!\[masked)/)
    expect(everything).not.toContain('desk-secret')
  })
})
