// kafkajs behind the drivers' common command line; see README.md beside this file.
import { createRequire } from 'node:module'
import snappy from 'kafkajs-snappy'
import lz4 from 'lz4-napi'
import { emit, nap, parse, readRecords, untilTerminated } from './driver.mjs'

const { CompressionCodecs, CompressionTypes, ConfigResourceTypes, Kafka, logLevel } = createRequire(import.meta.url)(
  'kafkajs'
)

// kafkajs brings gzip only; its documentation tells users to register the others.
CompressionCodecs[CompressionTypes.Snappy] = snappy
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: (encoder) => lz4.compressFrame(encoder.buffer),
  decompress: (buffer) => lz4.decompressFrame(buffer)
})
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async (encoder) => Buffer.from((await zstd()).compress(encoder.buffer, 3)),
  decompress: async (buffer) => Buffer.from((await zstd()).decompress(buffer))
})

let loadedZstd
async function zstd() {
  if (loadedZstd === undefined) {
    loadedZstd = createRequire(import.meta.url)('@bokuweb/zstd-wasm')
    await loadedZstd.init()
  }
  return loadedZstd
}

const codecs = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 }
const { bootstrap, command, args } = parse()
const kafka = new Kafka({
  clientId: 'driver-kafkajs',
  brokers: [bootstrap],
  logLevel: logLevel.ERROR,
  retry: { retries: 8 }
})

const headersOf = (headers) =>
  Object.entries(headers ?? {}).flatMap(([name, values]) => [values].flat().map((value) => [name, Buffer.from(value)]))

const view = (partition, message) => ({
  partition,
  offset: Number(message.offset),
  key: message.key?.toString('base64') ?? null,
  value: message.value?.toString('base64') ?? null,
  headers: headersOf(message.headers).map(([name, value]) => [name, value.toString('base64')]),
  timestamp: Number(message.timestamp)
})

const commands = {
  async produce(topic, codec, idempotent) {
    const producer = kafka.producer({ idempotent: idempotent === 'idempotent', maxInFlightRequests: 1 })
    await producer.connect()
    for await (const batch of readRecords()) {
      const messages = batch.map((record) => ({
        key: record.key === null ? null : Buffer.from(record.key, 'base64'),
        value: record.value === null ? null : Buffer.from(record.value, 'base64'),
        headers: Object.fromEntries(record.headers.map(([name, value]) => [name, Buffer.from(value, 'base64')])),
        timestamp: String(record.timestamp),
        ...(record.partition === undefined ? {} : { partition: record.partition })
      }))
      const results = await producer.send({ topic, acks: -1, compression: codecs[codec], messages })
      for (const { partition, baseOffset, errorCode } of results)
        emit({ partition, offset: Number(baseOffset), errorCode })
    }
    await producer.disconnect()
  },
  /** Numbers as values, as fast as the broker acknowledges them, until SIGTERM; retried by the client, never by us. */
  async stream(topic, partitions) {
    let stopping = false
    untilTerminated().then(() => {
      stopping = true
    })
    const retry = { retries: 1000, initialRetryTime: 50, maxRetryTime: 200 }
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, retry })
    await producer.connect()
    for (let number = 0; !stopping; ) {
      const messages = Array.from({ length: 30 }, () => ({
        value: String(number),
        partition: number++ % Number(partitions)
      }))
      for (const { partition, baseOffset } of await producer.send({ topic, acks: -1, messages })) {
        const values = messages.filter((message) => message.partition === partition).map(({ value }) => value)
        for (const [index, value] of values.entries())
          emit({ partition, offset: Number(baseOffset) + index, value: Buffer.from(value).toString('base64') })
      }
    }
    await producer.disconnect()
  },
  async consume(topic, count) {
    await follow(topic, `driver-${process.pid}-${Date.now()}`, Number(count))
  },
  async group(topic, groupId) {
    await follow(topic, groupId, Number.POSITIVE_INFINITY)
  },
  async first(prefix, count) {
    const failures = []
    const producer = kafka.producer({ retry: { retries: 0 } })
    await producer.connect()
    for (let index = 0; index < Number(count); index++)
      await producer
        .send({ topic: `${prefix}-${index}`, messages: [{ value: 'first' }] })
        .catch(({ message }) => failures.push(message))
    emit({ event: 'first', acknowledged: Number(count) - failures.length, failures })
    await producer.disconnect()
  },
  async transaction(topic) {
    const producer = kafka.producer({ transactionalId: `driver-${topic}`, idempotent: true, maxInFlightRequests: 1 })
    await producer.connect()
    const failure = await producer.transaction().then(
      () => null,
      ({ message }) => message
    )
    emit({ event: 'transaction', failure })
    await producer.disconnect()
  },
  async since(topic, timestamp) {
    const admin = kafka.admin()
    await admin.connect()
    const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, Number(timestamp))
    for (const { partition, offset } of offsets) emit({ partition, offset: Number(offset) })
    await admin.disconnect()
  },
  async admin(topic) {
    const admin = kafka.admin()
    await admin.connect()
    await admin.createTopics({
      topics: [
        { topic, numPartitions: 3, replicationFactor: 1, configEntries: [{ name: 'retention.ms', value: '3600000' }] }
      ]
    })
    const created = (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0].partitions.length
    await admin.createPartitions({ topicPartitions: [{ topic, count: 5 }] })
    const added = (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0].partitions.length
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        { type: ConfigResourceTypes.TOPIC, name: topic, configEntries: [{ name: 'retention.ms', value: '7200000' }] }
      ]
    })
    const described = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configNames: ['retention.ms'] }]
    })
    const retentionMs = described.resources[0].configEntries[0].configValue
    const listed = (await admin.listTopics()).includes(topic)
    await admin.deleteTopics({ topics: [topic] })
    const deleted = !(await admin.listTopics()).includes(topic)
    emit({ created, added, retentionMs, listed, deleted })
    await admin.disconnect()
  }
}

async function follow(topic, groupId, count) {
  const consumer = kafka.consumer({ groupId, sessionTimeout: 10_000, heartbeatInterval: 500, rebalanceTimeout: 10_000 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  let seen = 0
  let finish
  const finished = new Promise((resolve) => {
    finish = resolve
  })
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) =>
    emit({ event: 'assigned', partitions: payload.memberAssignment[topic] ?? [] })
  )
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch, resolveOffset, heartbeat, commitOffsetsIfNecessary, uncommittedOffsets }) => {
      for (const message of batch.messages) {
        emit(view(batch.partition, message))
        resolveOffset(message.offset)
        seen++
      }
      await commitOffsetsIfNecessary(uncommittedOffsets())
      await heartbeat()
      if (seen >= count) finish()
    }
  })
  await (count === Number.POSITIVE_INFINITY ? untilTerminated() : Promise.race([finished, nap(30_000)]))
  await consumer.disconnect()
}

await commands[command](...args)
process.exit(0)
