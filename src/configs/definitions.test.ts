import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  brokerConfigs,
  brokerConfigTable,
  clientMetricsConfigs,
  groupConfigs,
  nearestName,
  topicConfigs,
  topicConfigTable
} from './definitions.ts'
import {
  brokerDocumentation,
  clientMetricsDocumentation,
  groupDocumentation,
  topicDocumentation
} from './documentation.ts'
import { effectiveBrokerConfigs, effectiveTopicConfigs } from './effects.ts'
import { canonicalText } from './parse.ts'
import { productDefaults } from './product-defaults.ts'

type Row = [string, string, string | null, string, boolean, string | null]
// Printed by a Java program from Apache Kafka's own ConfigDefs.
const golden = JSON.parse(readFileSync(new URL('./golden/apache-kafka-4.3.1.json', import.meta.url), 'utf8')) as Record<
  'broker' | 'topic' | 'group' | 'clientMetrics',
  Row[]
>

const tables = { broker: brokerConfigs, topic: topicConfigs, group: groupConfigs, clientMetrics: clientMetricsConfigs }

describe.each(Object.entries(tables))('%s configs', (kind, definitions) => {
  test('are those of Apache Kafka 4.3.1', () => {
    const rows = definitions.map(
      (d): Row => [
        d.name,
        d.type,
        d.defaultValue,
        d.importance,
        d.isInternal ?? false,
        kind === 'broker' ? (d.update ?? 'read-only') : null
      ]
    )
    const byName = (a: Row, b: Row) => (a[0] < b[0] ? -1 : 1)
    expect(rows.sort(byName)).toEqual(golden[kind as keyof typeof golden].toSorted(byName))
  })

  test('have defaults in canonical text', () => {
    for (const definition of definitions) {
      if (definition.defaultValue === null) continue
      expect(canonicalText(definition, definition.defaultValue), definition.name).toBe(definition.defaultValue)
    }
  })
})

test('every config has a line of documentation', () => {
  for (const { name } of brokerConfigs) expect(brokerDocumentation(name), name).toBeTypeOf('string')
  expect(Object.keys(topicDocumentation).sort()).toEqual(topicConfigs.map((d) => d.name).sort())
  expect(Object.keys(groupDocumentation).sort()).toEqual(groupConfigs.map((d) => d.name).sort())
  expect(Object.keys(clientMetricsDocumentation).sort()).toEqual(clientMetricsConfigs.map((d) => d.name).sort())
})

test('the tables of effects and of our own defaults name known configs, with a real difference', () => {
  for (const name of effectiveBrokerConfigs) expect(brokerConfigTable.has(name), name).toBe(true)
  for (const name of effectiveTopicConfigs) expect(topicConfigTable.has(name), name).toBe(true)
  for (const { name, value } of productDefaults) {
    expect(brokerConfigTable.get(name)?.defaultValue, name).not.toBe(value)
  }
})

test.each([
  ['num.partition', 'num.partitions'],
  ['log.retenton.ms', 'log.retention.ms'],
  ['LOG_RETENTION_MS', 'log.retention.ms'],
  ['rentention.ms', 'retention.ms'],
  ['completely.different.thing.altogether', undefined]
])('nearest to %s is %s', (unknown, nearest) => {
  expect(nearestName(unknown)).toBe(nearest)
})
