// CPU and time around one piece of work.
import { type Target, usage } from './target.ts'

export interface Measured {
  /** Of the broker process. */
  readonly cpuSeconds: number
  readonly wallSeconds: number
}

export async function measured(target: Target, work: () => Promise<void>): Promise<Measured> {
  const before = usage(target)
  const startMs = performance.now()
  await work()
  const wallSeconds = (performance.now() - startMs) / 1000
  return { cpuSeconds: usage(target).cpuSeconds - before.cpuSeconds, wallSeconds }
}
