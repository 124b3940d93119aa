import { array, defineRecord, int16, int32, uuid } from '../schema.ts'

const voter = {
  voterId: int32(),
  voterDirectoryId: uuid('1+')
}

export const leaderChangeMessage = defineRecord({
  name: 'LeaderChangeMessage',
  key: 2,
  versions: '0-1',
  flexible: '0+',
  fields: {
    version: int16(),
    leaderId: int32(),
    voters: array(voter),
    grantingVoters: array(voter)
  }
})
