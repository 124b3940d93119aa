import { defineConfig } from 'vitest/config'

// The README as a new user follows it: clone, npm ci, start, and every block. Needs git and python3.
export default defineConfig({
  test: { include: ['test/readme/**/*.readme.ts'], testTimeout: 60_000, hookTimeout: 300_000 }
})
