// Log lines on standard error: JSON for programs, pino-pretty for people. pino is loaded by the first line that is really
// written, because a broker that has nothing to say should not pay for saying it.
import { createRequire } from 'node:module'
import type { Logger as PinoLogger } from 'pino'
import type { LogFields, Logger } from '../ports.ts'

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

const STANDARD_ERROR = 2

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} }

function loadPino(level: LogLevel, isPretty: boolean): PinoLogger {
  const require = createRequire(import.meta.url)
  const { pino } = require('pino') as typeof import('pino')
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  if (!isPretty) return pino(options, pino.destination({ fd: STANDARD_ERROR, sync: true }))
  const { PinoPretty } = require('pino-pretty') as typeof import('pino-pretty')
  return pino(options, PinoPretty({ destination: STANDARD_ERROR, sync: true, translateTime: 'SYS:HH:MM:ss.l' }))
}

export function createLogger(options: { level: LogLevel; isPretty: boolean }): Logger {
  const threshold = logLevels.indexOf(options.level)
  let sink: PinoLogger | undefined
  const write = (level: Exclude<LogLevel, 'silent'>) => {
    if (logLevels.indexOf(level) < threshold) return () => {}
    return (message: string, fields?: LogFields) => {
      sink ??= loadPino(options.level, options.isPretty)
      sink[level](fields ?? {}, message)
    }
  }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}
