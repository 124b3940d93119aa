import { describe, expect, test } from 'vitest'
import { errorName } from '../../src/error-codes.ts'
import { findCoordinator } from '../../src/protocol/messages/find-coordinator.ts'
import { ensureOffsetsTopic } from './offsets-topic.ts'
import { latest, testEachVersion } from './served-versions.ts'
import { target, uniqueName } from './target.ts'
import { brokerId } from './topics.ts'
import { request } from './wire.ts'

const GROUP = 0

async function find(key: string, version: number, keyType = GROUP) {
  const type = version >= 1 ? { keyType } : {}
  const body = version >= 4 ? { ...type, coordinatorKeys: [key] } : { ...type, key }
  const response = await request(findCoordinator, version, body)
  expect(response.throttleTimeMs).toBe(0)
  const { errorCode, errorMessage, nodeId, host, port } = version >= 4 ? response.coordinators[0] : response
  return { error: errorName(errorCode), errorMessage, nodeId, host, port }
}

describe('FindCoordinator', () => {
  testEachVersion(findCoordinator, 'finds the coordinator of a group', async (version) => {
    await ensureOffsetsTopic()
    expect(await find(uniqueName('group'), version)).toMatchObject({
      error: 'NONE',
      nodeId: await brokerId(),
      host: target.host,
      port: target.port
    })
  })

  test('says nothing more than no error', async () => {
    await ensureOffsetsTopic()
    const messages = []
    for (const version of [1, 3, 4, 6]) messages.push((await find(uniqueName('group'), version)).errorMessage)
    expect(messages).toMatchInlineSnapshot(`
      [
        "NONE",
        "NONE",
        "",
        "",
      ]
    `)
  })

  testEachVersion(
    findCoordinator,
    'answers several keys, each by its name',
    async (version) => {
      await ensureOffsetsTopic()
      const coordinatorKeys = ['b', 'a', 'c'].map(uniqueName)
      const response = await request(findCoordinator, version, { keyType: GROUP, coordinatorKeys })
      expect(response.coordinators.map(({ key }) => key)).toEqual(coordinatorKeys)
      expect(response.coordinators.map(({ errorCode }) => errorCode)).toEqual([0, 0, 0])
    },
    { from: 4 }
  )

  test('answers no keys', async () => {
    const response = await request(findCoordinator, latest(findCoordinator), { keyType: GROUP, coordinatorKeys: [] })
    expect(response.coordinators).toEqual([])
  })

  testEachVersion(findCoordinator, 'finds one for the empty group id', async (version) => {
    await ensureOffsetsTopic()
    expect(await find('', version)).toMatchObject({ error: 'NONE', nodeId: await brokerId() })
  })

  testEachVersion(
    findCoordinator,
    'refuses a key type that does not exist',
    async (version) => {
      const { error, nodeId } = await find('key', version, 7)
      expect([error, nodeId]).toEqual(['INVALID_REQUEST', -1])
    },
    { from: 1 }
  )

  testEachVersion(
    findCoordinator,
    'refuses share groups in versions before them',
    async (version) => {
      expect((await find('group:AAAAAAAAAAAAAAAAAAAAAQ:0', version, 2)).error).toBe('INVALID_REQUEST')
    },
    { from: 1, to: 5 }
  )
})
