// Global set-up of the suite: one broker per run, the one that the vitest project is named after.
import type { TestProject } from 'vitest/node'
import { startApacheKafka } from '../oracle/oracle.ts'
import { startOdradek } from './start-odradek.ts'
import type { Target, TargetName } from './target.ts'

/** On both: limits that a test can reach. */
const overrides = {
  'max.incremental.fetch.session.cache.slots': '80',
  'group.min.session.timeout.ms': '500',
  'group.max.size': '4'
}

interface RunningTarget {
  host: string
  port: number
  stop(): Promise<void>
}

function start(name: TargetName): Promise<RunningTarget> | RunningTarget {
  const address = process.env.ODRADEK_TARGET_ADDRESS
  if (address !== undefined) {
    const [host, port] = address.split(':')
    return { host, port: Number(port), stop: async () => {} }
  }
  if (name === 'odradek') return startOdradek(overrides)
  return startApacheKafka({ overrides, jvmArguments: ['-Xmx512M', '-XX:+UseG1GC', '-XX:TieredStopAtLevel=1'] })
}

let running: RunningTarget | undefined

export async function setup(project: TestProject): Promise<void> {
  const name = project.name
  if (name !== 'apache' && name !== 'odradek') throw new Error(`no such target: ${name}`)
  running = await start(name)
  const target: Target = { name, host: running.host, port: running.port }
  project.provide('target', target)
}

export async function teardown(): Promise<void> {
  await running?.stop()
}
