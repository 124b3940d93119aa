// What is not there yet says so at once: a client that asks for it fails, it does not wait.
import { expect, inject, it } from 'vitest'
import { beginTransaction, type ClientName } from './driver.ts'

const bootstrap = inject('bootstrapServers')
const clients: readonly ClientName[] = ['kafkajs', 'java', 'librdkafka', 'franz-go']

it.each(clients)('a transactional producer of %s fails at once', { timeout: 20_000 }, async (client) => {
  const started = Date.now()
  expect(await beginTransaction(client, bootstrap, `transactions-${client}`)).toEqual(expect.any(String))
  expect(Date.now() - started).toBeLessThan(10_000)
})
