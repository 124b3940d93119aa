import { defineRecord, int8, nullableString, string } from '../schema.ts'

export const configRecord = defineRecord({
  name: 'ConfigRecord',
  key: 4,
  versions: '0',
  flexible: '0+',
  fields: {
    resourceType: int8(),
    resourceName: string(),
    name: string(),
    value: nullableString('0+', { fallback: '' })
  }
})
