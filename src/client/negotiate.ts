// Version negotiation: one ApiVersions request at our highest version. A broker that does not know that version
// answers UNSUPPORTED_VERSION in the layout of version 0 (KIP-511), naming the versions it does know.
import { Reader } from '../bytes/reader.ts'
import { ErrorCode, errorName, KafkaError } from '../error-codes.ts'
import { responseCodec, versionRange } from '../protocol/compile.ts'
import { encodeRequest } from '../protocol/frame.ts'
import { apiVersions } from '../protocol/messages/api-versions.ts'

export interface VersionRange {
  readonly min: number
  readonly max: number
}

/** Raw bytes out, the response frame in: all that negotiation needs of a connection. */
export interface Exchanger {
  readonly address: string
  exchange(bytes: Buffer): Promise<Buffer>
}

const SOFTWARE = { clientSoftwareName: 'odradek', clientSoftwareVersion: '0.1.0' }
/** Behind the correlation id; the response header of ApiVersions has no tagged section in any version. */
const BODY = 4

export async function negotiate(connection: Exchanger): Promise<ReadonlyMap<number, VersionRange>> {
  const ours = versionRange(apiVersions.versions)
  let frame = await ask(connection, ours.max)
  let version = ours.max
  if (errorCodeOf(frame) === ErrorCode.UNSUPPORTED_VERSION) {
    const offered = listed(frame, 0).get(apiVersions.key)
    version = Math.max(0, Math.min(offered?.max ?? 0, ours.max))
    frame = await ask(connection, version)
  }
  const errorCode = errorCodeOf(frame)
  if (errorCode !== ErrorCode.NONE) {
    throw new KafkaError(errorName(errorCode), `${connection.address} refused ApiVersions: ${errorName(errorCode)}`)
  }
  return listed(frame, version)
}

function ask(connection: Exchanger, version: number): Promise<Buffer> {
  return connection.exchange(Buffer.concat(encodeRequest(apiVersions, version, 0, 'odradek', SOFTWARE)))
}

// First in the body of every version.
const errorCodeOf = (frame: Buffer) => new Reader(frame, BODY).int16()

function listed(frame: Buffer, version: number): Map<number, VersionRange> {
  const response = responseCodec(apiVersions, version).decode(new Reader(frame, BODY))
  return new Map(
    response.apiKeys.map(({ apiKey, minVersion, maxVersion }) => [apiKey, { min: minVersion, max: maxVersion }])
  )
}
