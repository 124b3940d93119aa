import { expect, test } from 'vitest'
import { allApis } from '../protocol/apis.ts'
import { handlers } from './index.ts'
import { removedApis, unservedApis, whyNotServed } from './not-served.ts'

test('every API is served, or there is one reason why not', () => {
  const served = handlers.map(({ api }) => api.name)
  const unserved = unservedApis.flatMap(({ apis }) => apis)
  const names = allApis.map(({ name }) => name)
  expect([...served, ...unserved].toSorted()).toEqual(names.toSorted())
  for (const api of allApis) expect(whyNotServed(api) === undefined, api.name).toBe(served.includes(api.name))
})

test('the keys of Apache Kafka 4.3.1 have no gap', () => {
  const keys = [...allApis.map(({ key }) => key), ...removedApis.keys()].toSorted((a, b) => a - b)
  expect(keys).toEqual(Array.from({ length: 93 }, (_, key) => key))
})
