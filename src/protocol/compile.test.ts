import { expect, test } from 'vitest'
import { Reader } from '../bytes/reader.ts'
import { Writer } from '../bytes/writer.ts'
import { allApis } from './apis.ts'
import { requestCodec, responseCodec } from './compile.ts'
import { versionRange } from './versions.ts'

test('every version of every API compiles and carries its defaults', () => {
  for (const api of allApis) {
    const { min, max } = versionRange(api.versions)
    for (let version = min; version <= max; version++) {
      for (const codec of [requestCodec(api, version), responseCodec(api, version)]) {
        const writer = new Writer()
        codec.encode(writer, {})
        const bytes = writer.toBuffer()
        const reader = new Reader(bytes)
        const value = codec.decode(reader)
        expect(reader.remaining).toBe(0)
        const again = new Writer()
        codec.encode(again, value)
        expect(again.toBuffer().equals(bytes)).toBe(true)
      }
    }
  }
})
