import { describe, expect, it } from 'vitest'
import type { RecordView } from '../../records/record-view.ts'
import { compileFormat } from './format.ts'

const record = (of: Partial<RecordView> = {}): RecordView => ({
  offset: 12,
  timestampMs: 1700000000123,
  key: Buffer.from('k'),
  value: Buffer.from('v"1'),
  headers: [],
  ...of
})

const format = (text: string, of?: Partial<RecordView>) =>
  compileFormat(text)({ topic: 'orders', partition: 3, record: record(of) }).toString('latin1')

describe('compileFormat', () => {
  it('knows every verb', () => {
    expect(format('%t %p %o %T %d')).toBe('orders 3 12 1700000000123 2023-11-14T22:13:20.123Z')
    expect(format('%k|%K|%v|%s|%V|%S|%%')).toBe('k|1|v"1|v"1|3|3|%')
  })

  it('resolves escapes in the text, not in what it makes', () => {
    expect(format('%k\\t%v\\n\\x41\\\\')).toBe('k\tv"1\nA\\')
    expect(format('%v', { value: Buffer.from('\\n') })).toBe('\\n')
    expect(format('\\x25v')).toBe('%v')
  })

  it('shows headers as name=value, null as nothing', () => {
    const headers = [
      { key: 'a', value: Buffer.from('1') },
      { key: 'b', value: null }
    ]
    expect(format('[%h]', { headers })).toBe('[a=1,b=]')
    expect(format('[%k][%K][%v][%V]', { key: null, value: null })).toBe('[][-1][][-1]')
  })

  it('passes bytes through, or shows them in another form', () => {
    const value = Buffer.from([0xff, 0x00])
    expect(format('%v', { value })).toBe('\xff\x00')
    expect(format('%v{hex} %v{base64} %v{json}', { value })).toBe('ff00 /wA= [255,0]')
    expect(format('%v{json} %k{json}', { key: null })).toBe('"v\\"1" null')
  })

  it('takes braces behind other verbs as text', () => {
    expect(format('%o{hex}')).toBe('12{hex}')
    expect(format('{%o}')).toBe('{12}')
  })

  it('refuses what it does not know', () => {
    expect(() => format('%z')).toThrow('unknown %z')
    expect(() => format('100%')).toThrow('unknown %')
    expect(() => format('%v{xml}')).toThrow('unknown form {xml}')
    expect(() => format('\\q')).toThrow("unknown escape '\\q'")
  })

  it('shows no time where there is none', () => {
    expect(format('%d', { timestampMs: -1 })).toBe('')
  })
})
