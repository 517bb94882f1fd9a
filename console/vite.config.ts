import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const gateway = process.env.GATEWAY_URL ?? 'http://127.0.0.1:8080'
const served = ['/v1', '/docs', '/openapi.json', '/version']

export default defineConfig({
  plugins: [react()],
  server: {
    proxy: Object.fromEntries(served.map((path) => [path, { target: gateway, changeOrigin: true }])),
  },
  build: {
    target: ['chrome123', 'firefox121', 'safari17.5'],
    // A strict Content-Security-Policy forbids data: URLs, so every asset is a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/lib/testSetup.ts'],
    css: { modules: { classNameStrategy: 'non-scoped' } },
  },
})
