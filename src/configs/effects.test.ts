import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ConfigValues } from './config-values.ts'
import { effectiveBrokerConfigs, effectiveTopicConfigs } from './effects.ts'
import { topicSynonyms } from './synonyms.ts'

const source = new URL('..', import.meta.url).pathname
const isTable = (path: string) =>
  /^configs\/(broker|documentation|[a-z-]+-configs\.ts|effects|synonyms|product)/.test(path)

/** Every config name that code outside the tables mentions. */
function mentioned(): ReadonlySet<string> {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  const code = files.filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !isTable(path))
  const names = code.flatMap((path) => readFileSync(join(source, path), 'utf8').match(/'[a-z]+(\.[a-z0-9]+)+'/g) ?? [])
  return new Set(names.map((name) => name.slice(1, -1)))
}

test('a config that is said to have an effect is read by something', () => {
  const names = mentioned()
  const throughTopics = new Set(
    [...effectiveTopicConfigs].flatMap((name) => (topicSynonyms[name] ?? []).map((synonym) => synonym.name))
  )
  // How this one is read is a matter of the network's own parser.
  const elsewhere = new Set(['listeners'])
  const unread = [...effectiveBrokerConfigs].filter(
    (name) => !names.has(name) && !throughTopics.has(name) && !elsewhere.has(name)
  )
  expect(unread).toEqual([])
})

test('the broker can say which settings change nothing', () => {
  const values = new ConfigValues([
    ['num.io.threads', '4', 'file'],
    ['num.partitions', '4', 'file'],
    ['no.such.config', '4', 'file']
  ])
  expect(values.namesWithoutEffect()).toEqual(['num.io.threads'])
})
