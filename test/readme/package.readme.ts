// What npm publishes works where it is installed: the command, the library, its types; without install scripts and
// without optional packages.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startOdradek } from '../broker/odradek-process.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'odradek-package-'))
const run = promisify(execFile)
const npm = (words: readonly string[], cwd: string) => run('npm', [...words, '--silent'], { cwd })

beforeAll(async () => {
  // Built already, and building anew would take it from under the tests beside this one.
  const { stdout } = await npm(['pack', '--ignore-scripts', '--pack-destination', folder], root)
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  await npm(['install', '--ignore-scripts', '--omit=optional', join(folder, stdout.trim())], folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the command starts a broker and speaks to it, with every codec', async () => {
  const command = join(folder, 'node_modules/odradek/bin/odradek.js')
  const broker = await startOdradek({ command, dataDirectory: null })
  try {
    for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
      const produced = run(process.execPath, [command, 'produce', 't', '-z', codec], { env: client(broker) })
      produced.child.stdin?.end(`${codec}\n`)
      await produced
    }
    const words = ['consume', 't', '-o', 'start', '-e']
    const { stdout } = await run(process.execPath, [command, ...words], { env: client(broker) })
    expect(stdout).toBe('none\ngzip\nsnappy\nlz4\nzstd\n')
  } finally {
    expect(await broker.stop()).toBe(0)
  }
})

const client = ({ bootstrapServers }: { bootstrapServers: string }) => ({
  PATH: process.env.PATH,
  KAFKA_BOOTSTRAP_SERVERS: bootstrapServers
})

const program = `import { type BrokerOptions, type RunningBroker, startBroker, type TopicSpec } from 'odradek'

const topic: TopicSpec = { name: 'a', partitions: 2 }
const options: BrokerOptions = { topics: [topic, 'b:3'] }
const broker: RunningBroker = await startBroker(options)
const text: string = broker.bootstrapServers
// @ts-expect-error a port is a number
export const wrong: BrokerOptions = { port: text }
await broker.stop()
`

test('the library is imported by its name, with types', async () => {
  writeFileSync(join(folder, 'program.ts'), program)
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const types = ['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node']
  const target = ['--target', 'es2022', '--lib', 'es2022,esnext.disposable', '--module', 'nodenext', '--strict']
  const compiled = await run(process.execPath, [compiler, ...target, ...types, 'program.ts'], { cwd: folder }).catch(
    (error) => error
  )
  expect(compiled.stdout).toBe('')
  expect(await run(process.execPath, ['program.js'], { cwd: folder })).toEqual({ stdout: '', stderr: '' })
})
