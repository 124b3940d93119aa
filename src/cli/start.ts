// `odradek start`: from flags to a running broker, the ready line, and an orderly end.
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '../client/errors.ts'
import type { ConfigValues } from '../configs/config-values.ts'
import { nearestName } from '../configs/definitions.ts'
import { whyNoEffect } from '../configs/no-effect.ts'
import { unopenedListeners } from '../network/listener-config.ts'
import type { Logger } from '../ports.ts'
import { type RunningBroker, runBroker } from '../server.ts'
import { systemClock } from '../system/clock.ts'
import { createLogger, type LogLevel, logLevels } from '../system/logger.ts'
import { systemRandom } from '../system/random.ts'
import { parseTopicSpec } from '../topic-spec.ts'
import { type ConfigFlags, checkedConfig, collectSettings } from './configuration/collect-settings.ts'
import { environmentLogLevel } from './configuration/environment.ts'
import { ExitCode, failureOf } from './exit-code.ts'
import { version } from './version.ts'

export interface StartFlags extends ConfigFlags {
  readonly topic?: readonly string[]
  readonly portFile?: string
  readonly logLevel?: string
  readonly json?: boolean
}

export async function start(flags: StartFlags): Promise<void> {
  try {
    await run(flags)
  } catch (error) {
    const { exitCode, message } = failureOf(error)
    process.stderr.write(`odradek: ${message}\n`)
    process.exit(exitCode)
  }
}

async function run(flags: StartFlags): Promise<void> {
  const settings = collectSettings(flags, process.env)
  const config = checkedConfig(settings)
  const topics = (flags.topic ?? []).map(parseTopicSpec)
  const logger = createLogger({ level: logLevel(flags), isPretty: !flags.json && process.stderr.isTTY === true })
  warnAboutNames(config, logger)
  if (flags.portFile !== undefined) rmSync(flags.portFile, { force: true })
  const broker = await runBroker({
    ...{ config, topics, logger, clock: systemClock, random: systemRandom },
    dataDirectory: flags.memory ? null : dataDirectory(config),
    clusterId: process.env.CLUSTER_ID || undefined
  })
  stopOnSignal(broker, logger, flags.portFile)
  endOnBug(logger)
  if (flags.portFile !== undefined) writePortFile(flags.portFile, broker.port)
  process.stdout.write(readyText(broker, flags))
}

function logLevel(flags: StartFlags): LogLevel {
  const level = flags.logLevel ?? environmentLogLevel(process.env) ?? 'info'
  if ((logLevels as readonly string[]).includes(level)) return level as LogLevel
  throw new UsageError(`--log-level ${level} is unknown: use one of ${logLevels.join(', ')}`)
}

function dataDirectory(config: ConfigValues): string {
  const name = config.has('log.dirs') ? 'log.dirs' : 'log.dir'
  const directories = config
    .string(name)
    .split(',')
    .map((directory) => directory.trim())
  if (directories.length === 1 && directories[0] !== '') return resolve(directories[0])
  throw new UsageError(`${name} names ${directories.length} directories, one is supported: name one with --data DIR`)
}

function warnAboutNames(config: ConfigValues, logger: Logger): void {
  for (const name of config.unknownNames()) {
    const nearest = nearestName(name)
    logger.warn(`Unknown config ${name} is ignored${nearest === undefined ? '' : `: did you mean ${nearest}?`}`)
  }
  for (const [reason, names] of setInVain(config)) logger.warn(`No effect here: ${names.join(', ')}. ${reason}`)
  const unopened = unopenedListeners(config)
  if (unopened.length > 0) {
    logger.info(`Listener ${unopened.join(', ')} is not opened: the controller lives in this process`)
  }
}

/** What the user set to something else than the default, and misses now, by reason. Needless settings are no news. */
function setInVain(config: ConfigValues): Map<string, string[]> {
  const byReason = new Map<string, string[]>()
  for (const name of config.namesWithoutEffect()) {
    const why = whyNoEffect(name)
    if (!why?.isMissed || config.text(name) === config.defaultText(name)) continue
    byReason.set(why.reason, [...(byReason.get(why.reason) ?? []), name])
  }
  return byReason
}

/** Whoever waits for the file reads a whole number or finds none. */
function writePortFile(path: string, port: number): void {
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, `${port}\n`)
  renameSync(temporary, path)
}

function readyText(broker: RunningBroker, flags: StartFlags): string {
  const { port, bootstrapServers, dataDirectory } = broker
  const ms = Math.round(performance.now())
  if (flags.json || process.stdout.isTTY !== true) {
    return `${JSON.stringify({ event: 'ready', port, bootstrapServers, dataDir: dataDirectory, ms })}\n`
  }
  return [
    `Odradek ${version} is ready in ${ms} ms, as Apache Kafka 4.3.1`,
    `  bootstrap.servers  ${bootstrapServers}`,
    `  data               ${dataDirectory ?? 'in memory, gone at the end'}`,
    '  Ctrl-C stops it',
    ''
  ].join('\n')
}

/** What nobody caught leaves a state that nobody knows; what was acknowledged is safe, so the next start begins from it. */
function endOnBug(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.error('Ending after an unexpected error', { stack: error.stack ?? String(error) })
    process.exit(ExitCode.FAILURE)
  })
}

/** The first signal stops in order, the second at once: what was acknowledged is in the kernel either way. */
function stopOnSignal(broker: RunningBroker, logger: Logger, portFile: string | undefined): void {
  let isStopping = false
  const onSignal = async (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(ExitCode.FAILURE)
    isStopping = true
    logger.debug(`Stopping on ${signal}`)
    try {
      if (portFile !== undefined) rmSync(portFile, { force: true })
      await broker.stop()
      process.exit(ExitCode.OK)
    } catch (error) {
      const { exitCode, message } = failureOf(error)
      process.stderr.write(`odradek: stopping failed: ${message}\n`)
      process.exit(exitCode)
    }
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
}
