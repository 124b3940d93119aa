import { defineRecord, int8, string, uuid } from '../schema.ts'

export const accessControlEntryRecord = defineRecord({
  name: 'AccessControlEntryRecord',
  key: 18,
  versions: '0',
  flexible: '0+',
  fields: {
    id: uuid(),
    resourceType: int8(),
    resourceName: string(),
    patternType: int8(),
    principal: string(),
    host: string(),
    operation: int8(),
    permissionType: int8()
  }
})
