// @platformatic/kafka behind the drivers' common command line; see README.md beside this file.
import { Admin, Consumer, MessagesStreamModes, Producer } from '@platformatic/kafka'
import { emit, nap, parse, readRecords, untilTerminated } from './driver.mjs'

const { bootstrap, command, args } = parse()
const base = { clientId: 'driver-platformatic', bootstrapBrokers: [bootstrap], retries: 5, timeout: 10_000 }

const view = (message) => ({
  partition: message.partition,
  offset: Number(message.offset),
  key: message.key?.toString('base64') ?? null,
  value: message.value?.toString('base64') ?? null,
  headers: [...message.headers].map(([name, value]) => [name.toString(), value.toString('base64')]),
  timestamp: Number(message.timestamp)
})

const commands = {
  async produce(topic, codec, idempotent) {
    const producer = new Producer({ ...base, idempotent: idempotent === 'idempotent' })
    for await (const batch of readRecords()) {
      const messages = batch.map((record) => ({
        topic,
        ...(record.key === null ? {} : { key: Buffer.from(record.key, 'base64') }),
        ...(record.value === null ? {} : { value: Buffer.from(record.value, 'base64') }),
        headers: new Map(record.headers.map(([name, value]) => [Buffer.from(name), Buffer.from(value, 'base64')])),
        timestamp: BigInt(record.timestamp),
        ...(record.partition === undefined ? {} : { partition: record.partition })
      }))
      const { offsets } = await producer.send({ acks: -1, compression: codec, messages })
      for (const { partition, offset } of offsets) emit({ partition, offset: Number(offset) })
    }
    await producer.close()
  },
  async consume(topic, count) {
    const { consumer, stream } = await open(topic, `driver-${process.pid}-${Date.now()}`)
    let seen = 0
    const all = (async () => {
      for await (const message of stream) {
        emit(view(message))
        if (++seen >= Number(count)) break
      }
    })()
    await Promise.race([all, nap(30_000)])
    await consumer.close(true)
  },
  async group(topic, groupId) {
    const { consumer, stream } = await open(topic, groupId)
    const terminated = untilTerminated().then(() => consumer.close(true))
    for await (const message of stream) {
      emit(view(message))
      await message.commit()
    }
    await terminated
  },
  async since(topic, timestamp) {
    const consumer = new Consumer({ ...base, groupId: 'driver-since' })
    const offsets = await consumer.listOffsets({ topics: [topic], timestamp: BigInt(timestamp) })
    for (const [partition, offset] of offsets.get(topic).entries()) emit({ partition, offset: Number(offset) })
    await consumer.close()
  },
  async admin(topic) {
    const admin = new Admin(base)
    const partitions = async () =>
      (await admin.metadata({ topics: [topic], forceUpdate: true })).topics.get(topic).partitionsCount
    await admin.createTopics({
      topics: [topic],
      partitions: 3,
      replicas: 1,
      configs: [{ name: 'retention.ms', value: '3600000' }]
    })
    const created = await partitions()
    await admin.createPartitions({ topics: [{ name: topic, count: 5, assignments: null }], validateOnly: false })
    const added = await partitions()
    await admin.incrementalAlterConfigs({
      resources: [
        {
          resourceType: 2,
          resourceName: topic,
          configs: [{ name: 'retention.ms', configOperation: 0, value: '7200000' }]
        }
      ],
      validateOnly: false
    })
    const described = await admin.describeConfigs({
      resources: [{ resourceType: 2, resourceName: topic, configurationKeys: ['retention.ms'] }]
    })
    const retentionMs = described[0].configs[0].value
    const listed = (await admin.listTopics()).includes(topic)
    await admin.deleteTopics({ topics: [topic] })
    const deleted = !(await admin.listTopics()).includes(topic)
    emit({ created, added, retentionMs, listed, deleted })
    await admin.close()
  }
}

async function open(topic, groupId) {
  const consumer = new Consumer({
    ...base,
    groupId,
    autocommit: false,
    sessionTimeout: 10_000,
    heartbeatInterval: 500,
    rebalanceTimeout: 10_000,
    maxWaitTime: 500
  })
  consumer.on('consumer:group:join', ({ assignments }) =>
    emit({
      event: 'assigned',
      partitions: (assignments ?? []).filter((each) => each.topic === topic).flatMap((each) => each.partitions)
    })
  )
  const stream = await consumer.consume({
    topics: [topic],
    mode: MessagesStreamModes.COMMITTED,
    fallbackMode: 'earliest'
  })
  return { consumer, stream }
}

await commands[command](...args)
process.exit(0)
