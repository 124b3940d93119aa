// Puts Apache Kafka's jars into a cache, once per version of pom.xml. Needs `java` (17 or later) and `mvn`.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const here = dirname(fileURLToPath(import.meta.url))
const pom = join(here, 'pom.xml')

function cacheDirectory(): string {
  return process.env.ODRADEK_ORACLE_HOME || join(homedir(), '.cache', 'odradek-oracle')
}

/** A directory with a `libs` of its own (an earlier install by other means) is taken as it is. */
function installedLibs(home: string): string | undefined {
  const version = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12)
  for (const libs of [join(home, version), join(home, 'libs')]) {
    if (existsSync(libs) && readdirSync(libs).some((name) => name.startsWith('kafka_2.13-'))) return libs
  }
  return undefined
}

let installing: Promise<string> | undefined

/** The Java class path of Apache Kafka, downloading the jars when the cache has none. */
export function oracleClassPath(): Promise<string> {
  installing ??= install()
  return installing
}

async function install(): Promise<string> {
  const home = cacheDirectory()
  const libs = installedLibs(home) ?? (await download(home))
  // log4j2.properties stands in this directory.
  return `${join(libs, '*')}:${here}`
}

async function download(home: string): Promise<string> {
  const version = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12)
  const target = join(home, version)
  // Suites may install at the same time: each downloads into its own directory, the first rename wins.
  const partial = `${target}.partial-${process.pid}`
  await mkdir(partial, { recursive: true })
  try {
    await promisify(execFile)('mvn', [
      '-q',
      '-B',
      '-f',
      pom,
      'dependency:copy-dependencies',
      `-DoutputDirectory=${partial}`
    ])
    await rename(partial, target).catch((error) => {
      if (!existsSync(target)) throw error
    })
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
  return target
}
