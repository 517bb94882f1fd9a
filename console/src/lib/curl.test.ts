import { expect, it } from 'vitest'
import type { Exchange } from '../api/types'
import { curl } from './curl'

it('quotes for a shell and leaves out what curl writes itself', () => {
  const exchange = {
    request: {
      method: 'POST',
      url: 'https://desk/issues.json?a=1&b=2',
      headers: [['Host', 'desk'], ['X-Api-Key', '[masked:api_key:9f2c]']],
      body: { text: `{"subject":"it's down"}` },
    },
  } as unknown as Exchange
  expect(curl(exchange)).toBe(
    `curl -i -X POST 'https://desk/issues.json?a=1&b=2' \\\n  -H 'X-Api-Key: [masked:api_key:9f2c]' \\\n  --data-raw '{"subject":"it'\\''s down"}'`,
  )
})
