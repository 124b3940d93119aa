// docs/compatibility.md says what the code says.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { differences } from '../../scripts/compatibility/differences.ts'
import { compatibilityDocument } from '../../scripts/compatibility/document.ts'
import { handlers } from '../../src/handlers/index.ts'

const root = join(import.meta.dirname, '../..')

test('docs/compatibility.md is up to date: npm run docs:compatibility', () => {
  expect(readFileSync(join(root, 'docs/compatibility.md'), 'utf8')).toBe(compatibilityDocument())
})

test('what makes a difference is there', () => {
  const sources = Object.values(differences).flatMap((list) => list.map(({ source }) => source))
  expect(sources.filter((source) => !existsSync(join(root, source)))).toEqual([])
})

test('every API is served in the versions that Apache Kafka has of it', () => {
  // Version 6 is not stable in Apache Kafka 4.3.1: it serves it only when told to.
  const unstable: Record<string, string> = { InitProducerId: '0-5' }
  const wanted = handlers.map(({ api }) => [api.name, unstable[api.name] ?? api.versions])
  expect(handlers.map(({ api, versions }) => [api.name, versions])).toEqual(wanted)
})
