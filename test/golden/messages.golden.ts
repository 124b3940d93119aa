// Every message of every API and every stored record, every version, both ways, against Apache Kafka's own classes.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runJava } from '../oracle/oracle.ts'
import { RandomSource } from './random-source.ts'
import { randomValue } from './random-value.ts'
import { allSubjects } from './subjects.ts'
import { complaint, encodeSubject, witnessLines } from './witness.ts'

const PROGRAM = join(import.meta.dirname, 'java/GoldenMessages.java')
const seed = Number(process.env.GOLDEN_SEED ?? Date.now() % 1_000_000)
const count = Number(process.env.GOLDEN_COUNT ?? 10)
console.log(`GOLDEN_SEED=${seed}`)

async function run(args: string[], input = ''): Promise<string> {
  const result = await runJava(PROGRAM, args, { input, timeoutMs: 300_000 })
  if (result.exitCode !== 0) throw new Error(result.stderr)
  return result.stdout.toString()
}

test('bytes of Apache Kafka decode and encode to the same bytes', async () => {
  const subjects = await allSubjects()
  const lines = witnessLines(await run(['generate', String(seed), String(count)]))
  const failures: string[] = []
  for (const line of lines) {
    const subject = subjects.get(line.name)
    const wrong = subject === undefined ? 'no schema' : complaint(subject, line)
    if (wrong !== undefined) failures.push(`${line.name} v${line.version}: ${wrong}`)
  }
  expect(failures).toEqual([])
  const versionsOf = (name: string) =>
    new Set(lines.filter((line) => line.name === name).map((line) => line.version)).size
  const missing = [...subjects.values()].filter(({ name, min, max }) => versionsOf(name) !== max - min + 1)
  expect(missing.map(({ name }) => name)).toEqual([])
})

test('our bytes are read by Apache Kafka and written to the same bytes', async () => {
  const subjects = await allSubjects()
  const random = new RandomSource(seed)
  const lines: string[] = []
  for (const subject of subjects.values()) {
    for (let version = subject.min; version <= subject.max; version++) {
      for (let index = 0; index < count; index++) {
        const value = randomValue(subject.fields, version, random)
        const bytes = encodeSubject(subject, version, value)
        lines.push(`${subject.name} ${version} ${bytes.length === 0 ? '-' : bytes.toString('hex')}`)
      }
    }
  }
  const answers = (await run(['echo'], lines.join('\n'))).trimEnd().split('\n')
  expect(answers.length).toBe(lines.length)
  const failures = lines.filter((line, index) => line.split(' ')[2] !== answers[index])
  expect(failures.map((line) => `${line} -> ${answers[lines.indexOf(line)]}`)).toEqual([])
})
