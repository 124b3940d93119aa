import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ConfigValues } from './config-values.ts'
import { topicConfigs } from './definitions.ts'
import { effectiveBrokerConfigs, effectiveTopicConfigs } from './effects.ts'
import { topicSynonyms } from './synonyms.ts'

const source = new URL('..', import.meta.url).pathname
/** Not the tables, not what only checks values, not the clients, whose configs have the same names. */
const isNoReader = (path: string) =>
  /^(configs|cli|client)\/|^metadata\/broker-config-(jumps|change)\.ts|\.test\.ts$|\/testing\//.test(path)
const readers = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !isNoReader(path))
  .map((path) => readFileSync(join(source, path), 'utf8'))

const allMatches = (pattern: RegExp, group: number): ReadonlySet<string> =>
  new Set(readers.flatMap((text) => Array.from(text.matchAll(pattern), (match) => match[group])))

/** Read by what turns them into something else: a node id, the name of the directory. */
const readByOthers = ['broker.id', 'log.dir', 'log.dirs']

test('a broker config that is said to have an effect is read by something', () => {
  const mentioned = allMatches(/'([a-z]+(\.[a-z0-9]+)+|listeners)'/g, 1)
  const throughTopics = [...effectiveTopicConfigs].flatMap((name) => topicSynonyms[name] ?? [])
  const read = new Set([...mentioned, ...readByOthers, ...throughTopics.map(({ name }) => name)])
  expect([...effectiveBrokerConfigs].filter((name) => !read.has(name))).toEqual([])
})

test('a broker config that is read is said to have an effect', () => {
  const read = allMatches(/\b(config|values)\.(int|long|double|boolean|list|string|nullable\w+)\('([^']+)'\)/g, 3)
  // Only compared with the listeners' names.
  const checkedOnly = new Set(['inter.broker.listener.name'])
  expect([...read].filter((name) => !effectiveBrokerConfigs.has(name) && !checkedOnly.has(name))).toEqual([])
})

test('topic configs are said to have an effect exactly when a log asks for them', () => {
  const asked = new Set([
    ...allMatches(/\bconfig\??\.([a-z]\w+)/g, 1),
    ...allMatches(/\b([a-z]\w+)\b(?=[^;{}=]*\}\s*[=:][^\n]*[cC]onfig)/g, 1)
  ])
  const fieldOf = (name: string) => name.replace(/\.(\w)/g, (_, letter: string) => letter.toUpperCase())
  const read = topicConfigs.map(({ name }) => name).filter((name) => asked.has(fieldOf(name)))
  // A second name for segment.bytes, for tests.
  const effective = [...effectiveTopicConfigs].filter((name) => name !== 'internal.segment.bytes')
  expect(read.toSorted()).toEqual(effective.toSorted())
})

test('the broker can say which settings change nothing', () => {
  const values = new ConfigValues([
    ['num.io.threads', '4', 'file'],
    ['num.partitions', '4', 'file'],
    ['no.such.config', '4', 'file']
  ])
  expect(values.namesWithoutEffect()).toEqual(['num.io.threads'])
})
