import { defineConfig } from 'vitest/config'

// Broker processes killed under load by real clients; needs what the clients' suite needs.
export default defineConfig({
  test: { include: ['test/crash/**/*.crash.ts'], fileParallelism: false, testTimeout: 300_000 }
})
