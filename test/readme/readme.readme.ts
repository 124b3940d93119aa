// README.md as a new user follows it: in a fresh clone the first command installs, builds and starts the broker at a
// terminal; every other block runs beside it as written and prints what the README shows.
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installPython } from '../clients/install.ts'
import { freePorts } from '../oracle/free-port.ts'
import { blocksOf, localLinks } from './blocks.ts'
import { Terminal } from './terminal.ts'

const root = join(import.meta.dirname, '../..')
const home = mkdtempSync(join(tmpdir(), 'odradek-readme-'))
const clone = join(home, 'odradek')
const DEFAULT_PORT = 9092
const run = promisify(execFile)

const readme = readFileSync(join(root, 'README.md'), 'utf8')
const blocks = blocksOf(readme)
const [startBlock, banner, testBlock, shellBlock, shellOutput, ...programs] = blocks

let port = DEFAULT_PORT
/** As written, but for the port when 9092 is taken on this machine. */
const here = (text: string) => text.replaceAll(`localhost:${DEFAULT_PORT}`, `localhost:${port}`)

function environment(): NodeJS.ProcessEnv {
  const { PATH, npm_config_cache } = process.env
  const plain = { PATH, HOME: home, TERM: 'xterm', npm_config_cache, npm_config_userconfig: userConfig() }
  if (port === DEFAULT_PORT) return plain
  const address = `localhost:${port}`
  return { ...plain, KAFKA_LISTENERS: `PLAINTEXT://${address}`, KAFKA_BOOTSTRAP_SERVERS: address }
}

/** npm's registry and cache are the machine's, also under another home. */
const userConfig = () => process.env.npm_config_userconfig ?? join(process.env.HOME ?? '', '.npmrc')

const isFree = (candidate: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(candidate, '127.0.0.1', () => server.close(() => resolve(true)))
  })

let terminal: Terminal

beforeAll(async () => {
  if (!(await isFree(port))) port = (await freePorts(1))[0]
  execFileSync('git', ['clone', '--quiet', root, clone])
  terminal = new Terminal(['bash', '-c', startBlock.text], { cwd: clone, env: environment() })
  await terminal.shows(/Ctrl-C stops it/)
})

afterAll(() => {
  terminal?.kill()
  rmSync(home, { recursive: true, force: true })
})

test('the blocks are those that this test knows, and every link leads somewhere', () => {
  expect(blocks.map(({ language }) => language)).toEqual(['sh', 'text', 'sh', 'sh', 'text', 'js', 'python', 'js'])
  // What `npm test` does is this repository's own test run; here only that it is what the README says.
  expect(testBlock.text).toBe('npm ci && npm test\n')
  expect(localLinks(readme).filter((target) => !existsSync(join(root, target)))).toEqual([])
})

test('the first command ends with the banner that the README shows', () => {
  const shown = terminal.output.slice(terminal.output.indexOf('Odradek ')).replace(/ in \d+ ms/, ' in 60 ms')
  expect(shown).toBe(here(banner.text).replace('/home/you', home))
})

test('the first steps print what the README shows', async () => {
  // At a terminal bash knows aliases; in a script only when it is told to.
  const script = `shopt -s expand_aliases\n${shellBlock.text}`
  const { stdout, stderr } = await run('bash', ['-c', `source /dev/stdin <<'END'\n${script}END`], {
    cwd: clone,
    env: environment()
  })
  expect(stdout + stderr).toBe(shellOutput.text)
})

test('the programs run as they stand, one after the other', async () => {
  const python = installPython()
  const outputs: string[] = []
  for (const [index, { language, text }] of programs.entries()) {
    const file = join(clone, `readme-${index}.${language === 'js' ? 'mjs' : 'py'}`)
    writeFileSync(file, here(text))
    const interpreter = language === 'js' ? process.execPath : python
    outputs.push((await run(interpreter, [file], { cwd: clone, env: environment() })).stdout)
  }
  const [, consumed, embedded] = outputs
  const lines = consumed.trim().split('\n')
  expect(lines.toSorted()).toEqual(["b'alice' b'1 coffee'", "b'bob' b'2 teas'", "b'carol' b'3 cakes'"])
  expect(embedded).toMatch(/^localhost:\d+\n$/)
})

test('Ctrl-C stops it', async () => {
  terminal.pressCtrlC()
  await terminal.exited
  expect(await isFree(port)).toBe(true)
})
