// Idle connections, each of which has asked ApiVersions once, as a client library does.

import { encodeRequest } from '../../src/protocol/frame.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { LoadConnection } from '../load-connection.ts'
import { type Target, usage } from '../target.ts'

/** Broker memory per connection, bytes. */
export async function idleConnectionBytes(target: Target, count: number): Promise<number> {
  const frame = Buffer.concat(
    encodeRequest(apiVersions, 3, 1, 'odradek-bench', { clientSoftwareName: 'bench', clientSoftwareVersion: '1' })
  )
  const open = async () => {
    const connection = await LoadConnection.open(target.port)
    await connection.request(frame, apiVersions, 3)
    return connection
  }
  const warm = await open()
  const before = usage(target).rssBytes
  const connections: LoadConnection[] = []
  for (let index = 0; index < count; index++) connections.push(await open())
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const after = usage(target).rssBytes
  for (const connection of [warm, ...connections]) connection.close()
  return (after - before) / count
}
