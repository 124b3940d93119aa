// The capture in data/ was made by java/GoldenMessages.java (`generate 7 1`) from Apache Kafka 4.3.1: the part of the
// golden suite that needs no Java.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { allSubjects } from './subjects.ts'
import { complaint, witnessLines } from './witness.ts'

test('captured bytes of every message and version decode and encode to the same bytes', async () => {
  const subjects = await allSubjects()
  const lines = witnessLines(gunzipSync(readFileSync(join(import.meta.dirname, 'data/messages.txt.gz'))).toString())
  expect(new Set(lines.map((line) => line.name))).toEqual(new Set(subjects.keys()))
  const failures = lines.map((line) => complaint(subjects.get(line.name)!, line)).filter((wrong) => wrong !== undefined)
  expect(failures).toEqual([])
})
