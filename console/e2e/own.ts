/** What a test file makes for itself, so that it disturbs neither the demo nor the files beside it. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll } from 'vitest'
import type { Integration, JsonObject, RunDetail, System } from '../src/api/types'
import { GATEWAY } from './browser.mjs'
import { api, ended, integrations, named, systems } from './gateway'

const PREFIX = 'Browser test'

const remove = (id: string) => api('DELETE', `/v1/integrations/${id}`)

/** Deletes what tests have left that were interrupted. Not while others run, which need theirs. */
export async function removeLeftovers() {
  for (const left of await integrations()) if (left.name.startsWith(PREFIX)) await remove(left.id)
}

/** An integration of the test's own between the playground's systems, so that the demo stays as it is; deleted at the end. */
export function useOwnIntegration() {
  const own = {} as { integration: Integration; deliver: (labels: Record<string, string>) => Promise<RunDetail>; runNow: (action: string) => Promise<RunDetail> }
  beforeAll(async () => {
    const stamp = randomUUID().slice(-12)
    const { id } = await api<Integration>('POST', '/v1/integrations', { document: document(stamp, await systems()) })
    await api('POST', `/v1/integrations/${id}/publish`, {})
    own.integration = await api<Integration>('POST', `/v1/integrations/${id}/enable`, {})
    let count = 0
    own.deliver = async (labels) => {
      count += 1
      const alert = { id: `${stamp}-${count}`, status: 'firing', labels, annotations: { description: 'Sent by a browser test.' }, updated_at: new Date().toISOString() }
      const message = { version: 1, event: 'alert.raised', delivery: alert.id, sent_at: alert.updated_at, alerts: [alert] }
      const hook = own.integration.actions[0]!.hook_url!
      const accepted = await fetch(new URL(hook, GATEWAY), { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(message) })
      return ended(((await accepted.json()) as { run_id: string }).run_id)
    }
    own.runNow = async (action) => ended((await api<{ run_id: string }>('POST', `/v1/integrations/${id}/actions/${action}/run`, {})).run_id)
  })
  afterAll(() => own.integration && remove(own.integration.id))
  return own
}

/** Alerts become incidents, with their service as the category; and a poll for alerts that do not exist. */
function document(stamp: string, all: System[]): JsonObject {
  const map: JsonObject[] = [
    { target: 'project_id', constant: 'itsm' },
    { target: 'subject', template: '{{ labels.alertname }} on {{ labels.host }}' },
    { target: 'external_id', copy: 'id' },
    { target: 'priority_id', value_map: { from: 'labels.severity', values: { critical: 5, warning: 4 } } },
    { target: 'category', copy: 'labels.service' },
  ]
  const action = (key: string, name: string, rest: JsonObject): JsonObject => ({ key, name, direction: 'forward', write: 'upsert', map, ...rest })
  return {
    name: `${PREFIX} ${stamp}`,
    description: 'Made by a browser test, and deleted by it.',
    source: { system: named(all, 'Monitor').id, entity: 'alert' },
    target: { system: named(all, 'Service desk').id, entity: 'incident' },
    correlation: { target_field: 'external_id' },
    actions: [
      action('open', 'Open an incident', { trigger: { kind: 'listen' } }),
      action('sweep', 'Sweep up', { trigger: { kind: 'poll', every: '24h' }, filter: { field: 'labels.alertname', op: 'eq', value: `Nothing like ${stamp}` } }),
    ],
  }
}
