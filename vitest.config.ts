import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'bench/**/*.test.ts',
      'src/**/*.test.ts',
      'test/unit/**/*.test.ts',
      'test/simulation/**/*.test.ts',
      'test/golden/**/*.test.ts',
      'test/tidy.test.ts'
    ],
    pool: 'threads',
    reporters: ['default'],
    testTimeout: 20_000
  }
})
