// node scripts/count-tests.mjs FOLDER SUITE...: adds up vitest's JSON reports; a missing or empty one is a failure.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder, ...suites] = process.argv.slice(2)
const total = { passed: 0, failed: 0, skipped: 0 }
for (const suite of suites) {
  const file = join(folder, `${suite}.json`)
  const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  if (report === undefined || report.numTotalTests === 0) {
    console.log(`${suite}: no test ran`)
    total.failed++
    continue
  }
  // A file that fails to load has no tests of its own, yet it failed.
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0
  )
  const failed = report.numFailedTests + brokenFiles.length
  console.log(`${suite}: ${report.numPassedTests} passed, ${failed} failed, ${report.numPendingTests} skipped`)
  total.passed += report.numPassedTests
  total.failed += failed
  total.skipped += report.numPendingTests
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exit(total.failed === 0 ? 0 : 1)
