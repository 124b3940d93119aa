// Points in time as users write them: epoch milliseconds, ISO 8601, or relative to now (`-1h`, `-1d12h`).
import { UsageError } from '../client/errors.ts'

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000
}

const FORMS = 'want epoch milliseconds, an ISO time such as 2026-01-31T12:00:00Z, or a time back such as -1h30m'

export function parseTime(text: string, nowMs: number): number {
  if (/^\d+$/.test(text)) return Number(text)
  if (text.startsWith('-') || text.startsWith('+')) {
    const durationMs = parseDuration(text.slice(1))
    if (durationMs !== undefined) return text.startsWith('-') ? nowMs - durationMs : nowMs + durationMs
  }
  if (text === 'now') return nowMs
  // Dates only: `Date.parse` also takes much that nobody means as a date.
  const timeMs = /^\d{4}-\d\d(-\d\d)?/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(timeMs)) throw new UsageError(`bad time '${text}': ${FORMS}`)
  return timeMs
}

function parseDuration(text: string): number | undefined {
  if (!/^(\d+(ms|s|m|h|d|w))+$/.test(text)) return undefined
  let totalMs = 0
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|s|m|h|d|w)/g)) totalMs += Number(count) * UNIT_MS[unit]
  return totalMs
}
