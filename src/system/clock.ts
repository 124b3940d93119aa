// The real clock. Timers are unref'd: what keeps the process alive is a socket or a server, never a timer.
import { performance } from 'node:perf_hooks'
import type { Clock } from '../ports.ts'

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer(delayMs, callback) {
    const timeout = setTimeout(callback, delayMs)
    timeout.unref()
    return { cancel: () => clearTimeout(timeout) }
  }
}
