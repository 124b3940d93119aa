// Chance that a test can repeat (mulberry32).
import type { Random } from '../../ports.ts'

export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const float = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }
  return { float, bytes: (count) => Buffer.from(Array.from({ length: count }, () => Math.floor(float() * 256))) }
}
