// The captures in data/ were made from Apache Kafka 4.3.1 by java/GoldenMessages.java (`generate 7 1`) and
// java/GoldenBatches.java (`generate 5 1`): the part of the golden suite that needs no Java.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { describeBatches } from './describe-batches.ts'
import { allSubjects } from './subjects.ts'
import { complaint, witnessLines } from './witness.ts'

const captured = (file: string) => gunzipSync(readFileSync(join(import.meta.dirname, 'data', file))).toString()

test('captured bytes of every message and version decode and encode to the same bytes', async () => {
  const subjects = await allSubjects()
  const lines = witnessLines(captured('messages.txt.gz'))
  expect(new Set(lines.map((line) => line.name))).toEqual(new Set(subjects.keys()))
  const failures = lines.map((line) => complaint(subjects.get(line.name)!, line)).filter((wrong) => wrong !== undefined)
  expect(failures).toEqual([])
})

test('captured batches of every magic and codec are read as Apache Kafka reads them', () => {
  const lines = captured('batches.txt.gz').trimEnd().split('\n')
  expect(lines.length).toBe(13)
  for (const line of lines) {
    const [bytes, description] = line.split(' ')
    expect(describeBatches(Buffer.from(bytes, 'hex'))).toBe(description)
  }
})
