// Configs of the broker, changed while it runs, and dumps of all configs: in one file, one after the other, because a
// change shows in the dumps.
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  alterIncrementally,
  configBecomes,
  describeConfig,
  describeResource,
  operation,
  resource,
  source
} from './config-requests.ts'
import { normalisedBrokerConfigs, normalisedConfigs } from './normalise.ts'
import { uniqueName } from './target.ts'
import { brokerId, createTopic } from './topics.ts'

const broker = async () => String(await brokerId())

/** Takes a broker config back when the test ends, and waits until that shows. */
function restoredAfterwards(brokerName: string, name: string, value: string): void {
  onTestFinished(async () => {
    await alterIncrementally(resource.broker, brokerName, [{ name, configOperation: operation.delete }])
    await configBecomes(resource.broker, await broker(), name, value)
  })
}

describe('Broker configs', () => {
  test('all configs of a topic, with types, defaults and synonyms', async () => {
    const topic = await createTopic()
    const { configs } = await describeResource(resource.topic, topic.name, { includeSynonyms: true })
    await expect(normalisedConfigs(configs)).toMatchFileSnapshot('golden/topic-configs.json')
  })

  test('all configs of the broker, with types, flags, values and synonyms', async () => {
    const { configs } = await describeResource(resource.broker, await broker(), { includeSynonyms: true })
    await expect(normalisedBrokerConfigs(configs)).toMatchFileSnapshot('golden/broker-configs.json')
  })

  test('all configs of a group', async () => {
    const { configs } = await describeResource(resource.group, uniqueName('group'), { includeSynonyms: true })
    await expect(normalisedConfigs(configs)).toMatchFileSnapshot('golden/group-configs.json')
  })

  test('what the broker was started with is static', async () => {
    expect(await describeConfig(resource.broker, await broker(), 'group.max.size')).toMatchObject({
      value: '4',
      configSource: source.staticBroker,
      readOnly: true,
      synonyms: [
        { name: 'group.max.size', value: '4', source: source.staticBroker },
        { name: 'group.max.size', value: '2147483647', source: source.default }
      ]
    })
  })

  test('the cluster-wide default broker has only what was set on it', async () => {
    const described = await describeResource(resource.broker, '')
    expect(described.error).toBe('NONE')
    const sources = Object.fromEntries(described.configs.map(({ name, configSource }) => [name, configSource]))
    expect(sources).toMatchObject({ 'min.insync.replicas': source.dynamicDefaultBroker })
    expect(sources).not.toHaveProperty(['group.max.size'])
  })

  test('a change for all brokers shows through to topics', async () => {
    const topic = await createTopic()
    const name = 'log.segment.delete.delay.ms'
    restoredAfterwards('', name, '60000')
    await alterIncrementally(resource.broker, '', [{ name, value: '61000' }])
    await configBecomes(resource.topic, topic.name, 'file.delete.delay.ms', '61000')
    expect(await describeConfig(resource.topic, topic.name, 'file.delete.delay.ms')).toMatchObject({
      configSource: source.dynamicDefaultBroker
    })
  })

  test('changes a dynamic config of the broker, and gives it back', async () => {
    const node = String(await brokerId())
    const name = 'background.threads'
    restoredAfterwards(node, name, '10')

    expect(await alterIncrementally(resource.broker, node, [{ name, value: '11' }])).toMatchObject({ error: 'NONE' })
    await configBecomes(resource.broker, node, name, '11')
    expect(await describeConfig(resource.broker, node, name)).toMatchObject({
      configSource: source.dynamicBroker,
      synonyms: [
        { name, value: '11', source: source.dynamicBroker },
        { name, value: '10', source: source.default }
      ]
    })
  })

  test('changes a config for all brokers', async () => {
    const name = 'log.cleaner.backoff.ms'
    restoredAfterwards('', name, '15000')
    expect(await alterIncrementally(resource.broker, '', [{ name, value: '16000' }])).toMatchObject({ error: 'NONE' })
    const node = String(await brokerId())
    await configBecomes(resource.broker, node, name, '16000')
    expect(await describeConfig(resource.broker, node, name)).toMatchObject({
      configSource: source.dynamicDefaultBroker
    })
    expect(await describeConfig(resource.broker, '', name)).toMatchObject({ value: '16000' })
  })
})
