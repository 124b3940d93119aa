import { expect, test } from 'vitest'
import { parseProperties } from './properties-file.ts'

test.each([
  ['a=1', { a: '1' }],
  ['a:1', { a: '1' }],
  ['a 1', { a: '1' }],
  ['  a  =  1 2 ', { a: '1 2 ' }],
  ['a', { a: '' }],
  ['a=', { a: '' }],
  ['# comment\n! comment\n\n \t\na=1', { a: '1' }],
  ['a=1\\\n   2,\\\n   3', { a: '12,3' }],
  ['a=x\\\\\nb=2', { a: 'x\\', b: '2' }],
  ['a=#1', { a: '#1' }],
  ['a=b=c:d', { a: 'b=c:d' }],
  ['a\\=b=1', { 'a=b': '1' }],
  ['a=\\u0041\\t\\q', { a: 'A\tq' }],
  ['a=1\r\nb=2\rc=3', { a: '1', b: '2', c: '3' }],
  ['a=1\na=2', { a: '2' }],
  ['listeners=PLAINTEXT://:9092,CONTROLLER://:9093', { listeners: 'PLAINTEXT://:9092,CONTROLLER://:9093' }],
  ['a=1\\', { a: '1' }]
])('%j', (text, expected) => {
  expect(Object.fromEntries(parseProperties(text))).toEqual(expected)
})
