import { expect, it } from 'vitest'
import { decodeAssignment, decodeSubscription, encodeAssignment, encodeSubscription } from './consumer-protocol.ts'

it('writes what the Java client writes', () => {
  // ConsumerProtocol.serializeSubscription(new Subscription(List.of("a", "b")), 1) of Apache Kafka 4.3.1.
  expect(encodeSubscription(['b', 'a']).toString('hex')).toBe('000100000002000161000162ffffffff00000000')
  // ConsumerProtocol.serializeAssignment(new Assignment(List.of(a-0, a-1)), 1).
  const assignment = encodeAssignment(new Map([['a', [0, 1]]]))
  expect(assignment.toString('hex')).toBe('000100000001000161000000020000000000000001ffffffff')
})

it('reads newer versions as far as it knows them', () => {
  const newer = encodeSubscription(['a'])
  newer.writeInt16BE(9, 0)
  const future = Buffer.concat([newer, Buffer.from('00000001' + 'ffff' + 'cafe', 'hex')])
  expect(decodeSubscription(future)).toEqual(['a'])
})

it('reads no bytes as no assignment', () => {
  expect(decodeAssignment(Buffer.alloc(0))).toEqual([])
  expect(decodeAssignment(encodeAssignment(new Map([['t', [3]]])))).toEqual([{ topic: 't', partition: 3 }])
})
