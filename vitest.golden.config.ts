import { defineConfig } from 'vitest/config'

// Compares with bytes that Apache Kafka's own classes make: needs its jars and Java (test/oracle).
export default defineConfig({
  test: {
    include: ['test/golden/**/*.golden.ts'],
    pool: 'threads',
    testTimeout: 600_000,
    hookTimeout: 600_000
  }
})
