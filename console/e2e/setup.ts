/** Before all tests: one Chromium that they share, and a tenant without what interrupted tests have left. */
import type { TestProject } from 'vitest/node'
import { serve } from './browser.mjs'
import { removeLeftovers } from './own'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the browser listens. */
    browser: string
  }
}

export default async function setup(project: TestProject) {
  const [browser] = await Promise.all([serve(), removeLeftovers()])
  project.provide('browser', browser.wsEndpoint())
  return () => browser.close()
}
