import { defineRecord, int16, string } from '../schema.ts'

export const featureLevelRecord = defineRecord({
  name: 'FeatureLevelRecord',
  key: 12,
  versions: '0',
  flexible: '0+',
  fields: {
    name: string(),
    featureLevel: int16()
  }
})
