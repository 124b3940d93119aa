// node scripts/run-ts.mjs bench/codec.bench.ts: nanoseconds per message, best of several rounds.
import { codecCases } from './codec/cases.ts'

const CALLS = 200_000
const ROUNDS = 8

function nanoseconds(run: () => unknown): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    for (let call = 0; call < CALLS; call++) run()
    best = Math.min(best, ((performance.now() - start) / CALLS) * 1e6)
  }
  return best
}

for (const { name, compiled, handWritten } of codecCases()) {
  const figures = [nanoseconds(compiled), nanoseconds(handWritten)].map((ns) => `${ns.toFixed(0).padStart(6)} ns`)
  console.log(`${name.padEnd(42)} compiled ${figures[0]}   hand-written ${figures[1]}`)
}
