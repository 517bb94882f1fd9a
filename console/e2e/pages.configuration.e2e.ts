import { describe, it } from 'vitest'
import { GATEWAY } from './browser.mjs'
import { inspect, inspectEach } from './inspect'
import { stillContext, useBrowser } from './open'
import { CONFIGURATION } from './pages'

inspectEach(CONFIGURATION)

describe('before anybody has signed in', () => {
  const shared = useBrowser()

  it('the way in', async () => {
    const page = await (await stillContext(shared.browser)).newPage()
    await page.goto(`${GATEWAY}/login`)
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    await inspect(page)
  })
})
