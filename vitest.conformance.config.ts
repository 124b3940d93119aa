// One suite, two brokers: `vitest run --config vitest.conformance.config.ts [--project apache|odradek]`.
// ODRADEK_TARGET=apache|odradek names one project as well; ODRADEK_TARGET_ADDRESS=host:port uses a broker that runs already.
import { defineConfig } from 'vitest/config'

const targets = process.env.ODRADEK_TARGET ? [process.env.ODRADEK_TARGET] : ['apache', 'odradek']

export default defineConfig({
  test: {
    pool: 'threads',
    maxWorkers: 2,
    projects: targets.map((name, order) => ({
      extends: true as const,
      test: {
        name,
        include: ['test/conformance/**/*.conformance.ts'],
        globalSetup: ['test/conformance/start-target.ts'],
        testTimeout: 30_000,
        hookTimeout: 60_000,
        isolate: false,
        // One target after the other: some tests measure how long an answer takes.
        sequence: { groupOrder: order }
      }
    }))
  }
})
