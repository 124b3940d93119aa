import { expect, test } from 'vitest'
import { codecCases } from '../../bench/codec/cases.ts'

test.each(codecCases())('the bench compares like with like: $name', ({ compiled, handWritten }) => {
  expect(compiled()).toEqual(handWritten())
})
