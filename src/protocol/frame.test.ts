import { describe, expect, test } from 'vitest'
import { Reader } from '../bytes/reader.ts'
import { decodeRequestHeader, decodeResponseHeader, encodeRequest, encodeResponse } from './frame.ts'
import { apiVersions } from './messages/api-versions.ts'
import { fetch } from './messages/fetch.ts'
import { heartbeat } from './messages/heartbeat.ts'

const hex = (chunks: Buffer[]) => Buffer.concat(chunks).toString('hex')
const header = (text: string) => decodeRequestHeader(new Reader(Buffer.from(text, 'hex')))

describe('requests', () => {
  test('header v1 and v2', () => {
    expect(hex(encodeRequest(heartbeat, 3, 5, 'me', {}))).toBe(
      '00000016' + '000c' + '0003' + '00000005' + '00026d65' + '0000' + '00000000' + '0000' + 'ffff'
    )
    const flexible = Buffer.concat(encodeRequest(heartbeat, 4, 5, null, { groupId: 'g' }))
    expect(flexible.readInt32BE(0)).toBe(flexible.length - 4)
    const reader = new Reader(flexible, 4)
    expect(decodeRequestHeader(reader)).toEqual({ apiKey: 12, apiVersion: 4, correlationId: 5, clientId: null })
    expect(reader.string(reader.compactLength())).toBe('g')
  })

  test('tagged fields of the header are stepped over', () => {
    const reader = new Reader(Buffer.from('000c000400000005000161' + '01' + '0702aabb' + '55', 'hex'))
    expect(decodeRequestHeader(reader).clientId).toBe('a')
    expect(reader.remaining).toBe(1)
  })

  test('an unknown key or version still has a readable header', () => {
    expect(header('0fff000000000007ffff')).toEqual({ apiKey: 4095, apiVersion: 0, correlationId: 7, clientId: null })
    expect(header('0012006300000007fffe00')).toMatchObject({ apiKey: 18, apiVersion: 99 })
  })
})

describe('responses', () => {
  test('ApiVersions keeps header v0, so that every client can read it', () => {
    const chunks = encodeResponse(apiVersions, 3, 9, {})
    expect(hex(chunks).slice(0, 20)).toBe('0000000c' + '00000009' + '0000')
    const reader = new Reader(Buffer.concat(chunks), 4)
    expect(decodeResponseHeader(reader, apiVersions, 3)).toEqual({ correlationId: 9 })
    expect(reader.position).toBe(8)
  })

  test('flexible ones have header v1', () => {
    const reader = new Reader(Buffer.concat(encodeResponse(heartbeat, 4, 9, { errorCode: 25 })), 4)
    expect(decodeResponseHeader(reader, heartbeat, 4)).toEqual({ correlationId: 9 })
    expect(reader.position).toBe(9)
  })

  test('record batches are chunks of their own, and counted', () => {
    const records = Buffer.alloc(10_000, 1)
    const partitions = [{ records }, { records }]
    const chunks = encodeResponse(fetch, 12, 1, { responses: [{ topic: 't', partitions }] })
    expect(chunks.filter((chunk) => chunk.buffer === records.buffer)).toHaveLength(2)
    expect(chunks[0].readInt32BE(0)).toBe(Buffer.concat(chunks).length - 4)
  })
})
