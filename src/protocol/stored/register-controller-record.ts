import { array, boolean, defineRecord, int16, int32, string, uint16, uuid } from '../schema.ts'

export const registerControllerRecord = defineRecord({
  name: 'RegisterControllerRecord',
  key: 27,
  versions: '0',
  flexible: '0+',
  fields: {
    controllerId: int32(),
    incarnationId: uuid(),
    zkMigrationReady: boolean(),
    endPoints: array({
      name: string(),
      host: string(),
      port: uint16(),
      securityProtocol: int16()
    }),
    features: array({
      name: string(),
      minSupportedVersion: int16(),
      maxSupportedVersion: int16()
    })
  }
})
