import crc32cPackage from 'crc-32/crc32c.js'
import { expect, test } from 'vitest'
import { crc32c } from './crc32c.ts'

test('the check value of CRC-32C', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
  expect(crc32c(Buffer.alloc(0))).toBe(0)
})

test('a range, before and after the native library takes over', () => {
  const bytes = Buffer.from(Array.from({ length: 1 << 17 }, (_, index) => (index * 7919) >> 5))
  const expected = crc32cPackage.buf(bytes.subarray(3, bytes.length - 5), 0) >>> 0
  for (let round = 0; round < 20; round++) expect(crc32c(bytes, 3, bytes.length - 5)).toBe(expected)
  expect(crc32c(bytes, 100, 200)).toBe(crc32cPackage.buf(bytes.subarray(100, 200), 0) >>> 0)
})
