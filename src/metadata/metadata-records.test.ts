import { describe, expect, test } from 'vitest'
import { kraftVersion, leaderChange, snapshotFooter, snapshotHeader, voters } from './control-records.ts'
import { controlBatch } from './metadata-batch.ts'
import { decodeRecord, encodeRecord } from './metadata-records.ts'

// Bytes that Apache Kafka 4.3.1 wrote.
const uuid = (hex: string) => Buffer.from(hex, 'hex').toString('base64url')
const topicIdHex = '65e1f5ffd19346f883a7c5305094dc39'
const directoryHex = '3a630c446de4b650ec251550d52c2d20'
const text = (value: string) => Buffer.from(value).toString('hex')
const bytes = (...parts: string[]) => parts.join('').replaceAll(' ', '')

describe('records are Apache Kafka’s to the byte', () => {
  const topicId = uuid(topicIdHex)
  const cases: [string, Buffer, string][] = [
    [
      'BeginTransaction',
      encodeRecord('beginTransaction', 0, { name: 'Bootstrap records' }),
      bytes('01 17 00 01 00 12 12', text('Bootstrap records'))
    ],
    [
      'FeatureLevel',
      encodeRecord('featureLevel', 0, { name: 'metadata.version', featureLevel: 30 }),
      bytes('01 0c 00 11', text('metadata.version'), '001e 00')
    ],
    ['NoOp', encodeRecord('noOp', 0, {}), '01140000'],
    [
      'Topic',
      encodeRecord('topic', 0, { name: 'greetings', topicId }),
      bytes('01 02 00 0a', text('greetings'), topicIdHex, '00')
    ],
    [
      'Config',
      encodeRecord('config', 0, { resourceType: 2, resourceName: 'greetings', name: 'retention.ms', value: '3600000' }),
      bytes('01 04 00 02 0a', text('greetings'), '0d', text('retention.ms'), '08', text('3600000'), '00')
    ],
    [
      'Partition',
      encodeRecord('partition', 2, {
        ...{ partitionId: 0, topicId, replicas: [1], isr: [1], leader: 1, leaderEpoch: 0, partitionEpoch: 0 },
        directories: [uuid(directoryHex)]
      }),
      bytes(
        '01 03 02 00000000',
        topicIdHex,
        '02 00000001 02 00000001 01 01 00000001 00000000 00000000 02',
        directoryHex,
        '00'
      )
    ],
    [
      'PartitionChange',
      encodeRecord('partitionChange', 2, {
        ...{ partitionId: 0, topicId, isr: [], leader: -1, eligibleLeaderReplicas: [1], lastKnownElr: [1] }
      }),
      bytes('01 05 02 00000000', topicIdHex, '04 00 01 01 01 04 ffffffff 06 05 02 00000001 07 05 02 00000001')
    ],
    [
      'BrokerRegistrationChange',
      encodeRecord('brokerRegistrationChange', 0, { brokerId: 1, brokerEpoch: 14, fenced: -1 }),
      bytes('01 11 00 00000001 000000000000000e 01 00 01 ff')
    ],
    [
      'ProducerIds',
      encodeRecord('producerIds', 0, { brokerId: 1, brokerEpoch: 14, nextProducerId: 1000 }),
      bytes('01 0f 00 00000001 000000000000000e 00000000000003e8 00')
    ],
    ['RemoveTopic', encodeRecord('removeTopic', 0, { topicId }), bytes('01 09 00', topicIdHex, '00')],
    [
      'ClearElr',
      encodeRecord('clearElr', 0, { topicName: '__transaction_state' }),
      bytes('01 1c 00 14', text('__transaction_state'), '00')
    ],
    [
      'ClientQuota',
      encodeRecord('clientQuota', 0, {
        entity: [{ entityType: 'user', entityName: 'alice' }],
        ...{ key: 'producer_byte_rate', value: 1048576, remove: false }
      }),
      bytes(
        '01 0e 00 02 05',
        text('user'),
        '06',
        text('alice'),
        '00 13',
        text('producer_byte_rate'),
        '4130000000000000 00 00'
      )
    ]
  ]

  test.each(cases)('%s', (_name, encoded, expected) => {
    expect(encoded.toString('hex')).toBe(expected)
    const { kind, version, data } = decodeRecord(encoded)
    expect(encodeRecord(kind, version, data as never).toString('hex')).toBe(expected)
  })

  test('a leader change batch', () => {
    const timestampMs = 0x1a1fbc92d14
    const batch = controlBatch([leaderChange(1)], { baseOffset: 0, leaderEpoch: 1, timestampMs })
    expect(batch.toString('hex')).toBe(
      bytes(
        '0000000000000000 0000004f 00000001 02 ae6a8dec 0020 00000000 000001a1fbc92d14 000001a1fbc92d14',
        'ffffffffffffffff ffff ffffffff 00000001',
        '3a 00 00 00 08 00000002 26 0000 00000001 02 00000001 00 02 00000001 00 00 00'
      )
    )
  })

  test('the snapshot that begins a dynamic quorum', () => {
    const place = { baseOffset: 0, leaderEpoch: 0, timestampMs: 0x1a1fbe62a9c }
    const endpoint = { name: 'CONTROLLER', host: '127.0.0.1', port: 0x5209 }
    const header = controlBatch(
      [snapshotHeader(0x1a1fbe62a9c), kraftVersion(1), voters(1, uuid(directoryHex), endpoint)],
      place
    )
    expect(header.subarray(61).toString('hex')).toBe(
      bytes(
        '2a 00 00 00 08 00000003 16 0000 000001a1fbe62a9c 00 00',
        '1e 00 00 02 08 00000005 0a 0000 0001 00 00',
        '8201 00 00 04 08 00000006 6e 0000 02 00000001',
        directoryHex,
        '02 0b',
        text('CONTROLLER'),
        '0a',
        text('127.0.0.1'),
        '5209 00 0000 0001 00 00 00 00'
      )
    )
    const footer = controlBatch([snapshotFooter()], place)
    expect(footer.subarray(61).toString('hex')).toBe(bytes('1a 00 00 00 08 00000004 06 0000 00 00'))
  })
})

describe('refuses', () => {
  test.each([
    ['another frame version', '02140000', 'metadata record with frame version 2'],
    ['an unknown type', '01630000', 'unknown metadata record type 99'],
    ['an unknown version', '01020900', 'TopicRecord version 9: this broker knows 0'],
    ['trailing bytes', '0114000000', '1 bytes after the end of a NoOpRecord']
  ])('%s', (_name, hex, message) => {
    expect(() => decodeRecord(Buffer.from(hex, 'hex'))).toThrow(message)
  })
})
