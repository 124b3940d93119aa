import { boolean, defineRecord, string } from '../schema.ts'

export const defaultPrincipalData = defineRecord({
  name: 'DefaultPrincipalData',
  key: -1,
  versions: '0',
  flexible: '0+',
  fields: {
    type: string(),
    name: string(),
    tokenAuthenticated: boolean()
  }
})
