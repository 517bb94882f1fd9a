import { defineConfig } from 'vitest/config'

const common = {
  environment: 'node',
  // What a file opens is its own; modules may be shared, and loading a browser's driver for every file takes longer than some of them.
  isolate: false,
  // Bounds for what has failed, far above what anything takes.
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 15_000, interval: 250 } },
} as const

/** What changes the settings of the whole tenant. Files that look at captured data must not run beside it. */
const WHOLE_TENANT = ['e2e/settings.e2e.ts']
/** What does not care about them, and may. */
const INDIFFERENT = ['e2e/session.e2e.ts', 'e2e/systems.e2e.ts']

/** Browser tests against a running stack with the demo: GATEWAY_URL, LOGIN and PASSWORD say which, and who signs in. */
export default defineConfig({
  test: {
    // The machine may have two cores, and the stack needs some of them.
    maxWorkers: 2,
    globalSetup: ['e2e/setup.ts'],
    projects: [
      { test: { ...common, name: 'demo', include: ['e2e/**/*.e2e.ts'], exclude: [...WHOLE_TENANT, ...INDIFFERENT], sequence: { groupOrder: 0 } } },
      { test: { ...common, name: 'settings', include: [...WHOLE_TENANT, ...INDIFFERENT], sequence: { groupOrder: 1 } } },
    ],
  },
})
