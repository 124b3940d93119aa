// Every config that can be set, with values that find the edges of its validator. The golden files hold Apache Kafka's verdicts.
import { describe, expect, test } from 'vitest'
import { alterIncrementally, describeResource, resource } from './config-requests.ts'
import { configsOfOwnParts, normalisedVerdict } from './normalise.ts'
import { uniqueName } from './target.ts'
import { brokerId, createTopic } from './topics.ts'

const probes = [
  '',
  ' ',
  '-2',
  '-1',
  '0',
  '1',
  ' 7 ',
  '+7',
  '1.5',
  '1e3',
  '0x10',
  '1048576',
  '2147483647',
  '2147483648',
  '9223372036854775807',
  '9223372036854775808',
  'NaN',
  'true',
  'TRUE',
  'yes',
  'none',
  'Delete',
  'delete',
  'compact,delete',
  'delete,delete',
  ' delete , compact ',
  'delete,',
  'gzip',
  'GZIP',
  'CreateTime',
  'logappendtime',
  '*',
  '0:1',
  'a:b',
  'latest',
  'by_duration:PT1H',
  'by_duration:x',
  'read_committed'
]

/** One line for each config and probe. */
async function verdicts(type: number, resourceName: string, names: readonly string[]): Promise<string> {
  let lines = ''
  for (const name of names) {
    for (const value of probes) {
      const change = { name, value }
      const { error, errorMessage } = await alterIncrementally(type, resourceName, [change], { validateOnly: true })
      lines += normalisedVerdict({ ...change, error, message: errorMessage }, resourceName)
    }
  }
  return lines
}

async function settableNames(type: number, resourceName: string): Promise<string[]> {
  const { configs } = await describeResource(type, resourceName)
  return configs
    .filter(({ readOnly }) => !readOnly)
    .map(({ name }) => name)
    .toSorted()
}

describe('The validators', () => {
  test('of topic configs', async () => {
    const { name } = await createTopic()
    const names = await settableNames(resource.topic, name)
    await expect(await verdicts(resource.topic, name, names)).toMatchFileSnapshot('golden/topic-config-verdicts.txt')
  })

  test('of group configs', async () => {
    const name = uniqueName('group')
    const names = await settableNames(resource.group, name)
    await expect(await verdicts(resource.group, name, names)).toMatchFileSnapshot('golden/group-config-verdicts.txt')
  })

  test('of client metrics configs', async () => {
    const name = uniqueName('metrics')
    const names = await settableNames(resource.clientMetrics, name)
    const file = 'golden/client-metrics-config-verdicts.txt'
    await expect(await verdicts(resource.clientMetrics, name, names)).toMatchFileSnapshot(file)
  })

  test('of the broker configs that can change while it runs', async () => {
    const node = String(await brokerId())
    const names = (await settableNames(resource.broker, node)).filter((name) => !configsOfOwnParts.has(name))
    await expect(await verdicts(resource.broker, node, names)).toMatchFileSnapshot('golden/broker-config-verdicts.txt')
  })
})
