import { defineConfig } from 'vitest/config'

/** Browser tests against a running stack with the demo: GATEWAY_URL, LOGIN and PASSWORD say which, and who signs in. */
export default defineConfig({
  test: {
    include: ['e2e/**/*.e2e.ts'],
    environment: 'node',
    // One browser at a time: the files share a tenant, and the machine may have two cores.
    fileParallelism: false,
    // Bounds for what has failed, far above what anything takes.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 15_000, interval: 250 } },
  },
})
