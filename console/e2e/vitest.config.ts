import { defineConfig } from 'vitest/config'

/** Browser tests against a running gateway: GATEWAY_URL, LOGIN and PASSWORD say which, and who signs in. */
export default defineConfig({
  test: { include: ['e2e/**/*.e2e.ts'], environment: 'node', testTimeout: 60_000, hookTimeout: 60_000, fileParallelism: false },
})
