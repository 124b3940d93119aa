import { expect, it } from 'vitest'
import { assignRanges } from './range-assignor.ts'

const member = (memberId: string, topics: string[], groupInstanceId: string | null = null) => ({
  memberId,
  topics,
  groupInstanceId
})
const shown = (assignment: ReturnType<typeof assignRanges>) =>
  Object.fromEntries([...assignment].map(([id, topics]) => [id, Object.fromEntries(topics)]))

it('gives the first members one more when a topic does not divide evenly', () => {
  const assignment = assignRanges([member('b', ['t']), member('a', ['t']), member('c', ['t'])], new Map([['t', 5]]))
  expect(shown(assignment)).toEqual({ a: { t: [0, 1] }, b: { t: [2, 3] }, c: { t: [4] } })
})

it('shares each topic among its own subscribers, and leaves out members when there are too few partitions', () => {
  const members = [member('a', ['t', 'u']), member('b', ['t']), member('c', ['u'])]
  const counts = new Map([
    ['t', 1],
    ['u', 2]
  ])
  expect(shown(assignRanges(members, counts))).toEqual({ a: { t: [0], u: [0] }, b: {}, c: { u: [1] } })
})

it('orders static members by instance id before dynamic ones', () => {
  const members = [member('a', ['t']), member('z', ['t'], 'i2'), member('y', ['t'], 'i1')]
  expect(shown(assignRanges(members, new Map([['t', 3]])))).toEqual({ y: { t: [0] }, z: { t: [1] }, a: { t: [2] } })
})

it('knows nothing of topics that are not there', () => {
  expect(shown(assignRanges([member('a', ['gone'])], new Map()))).toEqual({ a: {} })
})
