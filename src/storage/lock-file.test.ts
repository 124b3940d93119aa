import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { DirectoryInUseError } from '../ports.ts'
import { lockFile } from './lock-file.ts'

let root: string
let lockPath: string
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'odradek-lock-'))
  lockPath = `${root}/.lock`
})
afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

test('a directory is locked once, and again after it was released', () => {
  const lock = lockFile(lockPath)
  expect(() => lockFile(lockPath)).toThrow(DirectoryInUseError)
  expect(() => lockFile(`${root}/../${path.basename(root)}/.lock`)).toThrow(/in use/)
  lock.release()
  lock.release()
  expect(fs.readdirSync(root)).toEqual([])
  lockFile(lockPath).release()
})

test('a living process is named', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  try {
    await new Promise((resolve) => other.once('spawn', resolve))
    fs.writeFileSync(lockPath, `${other.pid} 0\n`)
    expect(() => lockFile(lockPath)).toThrow(expect.objectContaining({ pid: other.pid }))
  } finally {
    other.kill('SIGKILL')
    await new Promise((resolve) => other.once('exit', resolve))
  }
  lockFile(lockPath).release() // it was killed: what it left is taken over
})

test.runIf(process.platform === 'linux')('a number that another process has now does not count', () => {
  fs.writeFileSync(lockPath, `${process.ppid} 1\n`)
  lockFile(lockPath).release()
})

test.runIf(process.platform === 'linux')('a process that ended but that its parent did not wait for', async () => {
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 30'])
  const unreaped = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)))
  try {
    await vi.waitFor(() => expect(fs.readFileSync(`/proc/${unreaped}/stat`, 'utf8')).toContain(') Z '))
    fs.writeFileSync(lockPath, `${unreaped} 0\n`)
    lockFile(lockPath).release()
  } finally {
    parent.kill('SIGKILL')
  }
})

test.each(['', 'junk', '999999999 5\n'])('a leftover %j is taken over', (content) => {
  fs.writeFileSync(lockPath, content)
  const lock = lockFile(lockPath)
  expect(fs.readFileSync(lockPath, 'utf8')).toMatch(new RegExp(`^${process.pid} \\d+\\n$`))
  lock.release()
  expect(fs.readdirSync(root)).toEqual([])
})

test('of many processes that want a stale lock one gets it', async () => {
  fs.writeFileSync(lockPath, '999999999 5\n')
  const modulePath = path.join(import.meta.dirname, 'lock-file.ts')
  const program = `
    import(${JSON.stringify(modulePath)}).then(({ lockFile }) => {
      try { lockFile(${JSON.stringify(lockPath)}); console.log('got'); setInterval(() => {}, 1000) }
      catch (error) { console.log(error.name) }
    })`
  const esbuild = await import('esbuild')
  const built = await esbuild.build({
    stdin: { contents: program, resolveDir: root },
    bundle: true,
    platform: 'node',
    write: false
  })
  const children = Array.from({ length: 6 }, () => spawn(process.execPath, ['-e', built.outputFiles[0].text]))
  const answers = await Promise.all(
    children.map(
      (child) => new Promise<string>((resolve) => child.stdout.once('data', (data) => resolve(String(data).trim())))
    )
  )
  for (const child of children) child.kill('SIGKILL')
  expect(answers.filter((answer) => answer === 'got')).toHaveLength(1)
  expect(new Set(answers)).toEqual(new Set(['got', 'DirectoryInUseError']))
})
