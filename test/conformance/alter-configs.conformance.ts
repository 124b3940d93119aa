import { describe, expect, test } from 'vitest'
import { alterConfigs } from '../../src/protocol/messages/alter-configs.ts'
import { configBecomes, describeConfig, replaceConfigs, resource, source } from './config-requests.ts'
import { testEachVersion } from './served-versions.ts'
import { uniqueName } from './target.ts'
import { brokerId, createTopic } from './topics.ts'
import { request } from './wire.ts'

describe('AlterConfigs', () => {
  testEachVersion(alterConfigs, 'replaces all configs of a topic', async (version) => {
    const topic = await createTopic({ configs: { 'retention.ms': '1000', 'segment.ms': '2000' } })
    const outcome = await replaceConfigs(resource.topic, topic.name, [{ name: 'retention.ms', value: '5000' }], {
      version
    })
    expect(outcome).toEqual({ error: 'NONE', errorMessage: null, resourceName: topic.name })
    await configBecomes(resource.topic, topic.name, 'retention.ms', '5000')
    expect((await describeConfig(resource.topic, topic.name, 'segment.ms'))?.configSource).toBe(source.default)
  })

  testEachVersion(alterConfigs, 'only validates', async (version) => {
    const topic = await createTopic({ configs: { 'retention.ms': '1000' } })
    const outcome = await replaceConfigs(resource.topic, topic.name, [], { version, validateOnly: true })
    expect(outcome.error).toBe('NONE')
    expect((await describeConfig(resource.topic, topic.name, 'retention.ms'))?.value).toBe('1000')
  })

  test('removes all configs with an empty list', async () => {
    const topic = await createTopic({ configs: { 'retention.ms': '1000' } })
    await replaceConfigs(resource.topic, topic.name, [])
    await configBecomes(resource.topic, topic.name, 'retention.ms', '604800000')
  })

  test('judges each resource by itself', async () => {
    const topic = await createTopic()
    const unknown = uniqueName('unknown')
    const response = await request(alterConfigs, 2, {
      resources: [topic.name, unknown].map((resourceName) => ({
        resourceType: resource.topic,
        resourceName,
        configs: [{ name: 'retention.ms', value: '5000' }]
      }))
    })
    expect(Object.fromEntries(response.responses.map((r) => [r.resourceName, r.errorCode]))).toEqual({
      [topic.name]: 0,
      [unknown]: 3
    })
  })

  describe('refuses', () => {
    const refusal = async (type: number, name: string, configs: { name: string; value: string | null }[]) => {
      const { error, errorMessage } = await replaceConfigs(type, name, configs)
      return [error, (name.includes('-') ? errorMessage?.replaceAll(name, 'NAME') : errorMessage) ?? null]
    }
    const onTopic = async (name: string, value: string | null) =>
      refusal(resource.topic, (await createTopic()).name, [{ name, value }])

    test('an unknown topic', async () => {
      expect(await refusal(resource.topic, uniqueName('unknown'), [])).toMatchInlineSnapshot(`
        [
          "UNKNOWN_TOPIC_OR_PARTITION",
          "The topic 'NAME' does not exist.",
        ]
      `)
    })
    test('an unknown config', async () => {
      expect(await onTopic('no.such.config', '1')).toMatchInlineSnapshot(`
        [
          "INVALID_CONFIG",
          "Unknown topic config name: no.such.config",
        ]
      `)
    })
    test('an invalid value', async () => {
      expect(await onTopic('retention.ms', 'soon')).toMatchInlineSnapshot(`
        [
          "INVALID_CONFIG",
          "Invalid value soon for configuration retention.ms: Not a number of type LONG",
        ]
      `)
    })
    test('no value', async () => {
      expect(await onTopic('retention.ms', null)).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "Null value not supported for : retention.ms",
        ]
      `)
    })
    test('a broker config on a topic', async () => {
      expect(await onTopic('log.retention.ms', '1000')).toMatchInlineSnapshot(`
        [
          "INVALID_CONFIG",
          "Unknown topic config name: log.retention.ms",
        ]
      `)
    })
    test('a read-only config of the broker', async () => {
      const node = String(await brokerId())
      expect(await refusal(resource.broker, node, [{ name: 'broker.rack', value: 'a' }])).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "Cannot update these configs dynamically: [broker.rack]",
        ]
      `)
    })
    test('the unknown resource type', async () => {
      expect(await refusal(resource.unknown, 'x', [])).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "Unknown resource type 0",
        ]
      `)
    })
    test('a config that stands twice', async () => {
      const topic = await createTopic()
      const config = { name: 'retention.ms', value: '1' }
      expect(await refusal(resource.topic, topic.name, [config, config])).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "Error due to duplicate config keys",
        ]
      `)
    })
  })
})
