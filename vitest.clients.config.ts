import { defineConfig } from 'vitest/config'

// Real clients of five languages against one broker; needs java, mvn, python3 and go.
export default defineConfig({
  test: {
    include: ['test/clients/**/*.clients.ts'],
    globalSetup: ['test/clients/target.ts'],
    fileParallelism: false,
    testTimeout: 120_000
  }
})
