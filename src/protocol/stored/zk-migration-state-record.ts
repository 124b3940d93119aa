import { defineRecord, int8 } from '../schema.ts'

export const zkMigrationStateRecord = defineRecord({
  name: 'ZkMigrationStateRecord',
  key: 21,
  versions: '0',
  flexible: '0+',
  fields: {
    zkMigrationState: int8()
  }
})
