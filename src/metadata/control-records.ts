// Control records of the metadata log and its snapshots: who leads, which quorum form, which voters, and the two that
// frame a snapshot. A value's first field is the version that the rest is encoded in.
import { Reader } from '../bytes/reader.ts'
import { Writer } from '../bytes/writer.ts'
import { recordCodec } from '../protocol/compile.ts'
import type { RecordInitOf, RecordSchema } from '../protocol/schema.ts'
import { kRaftVersionRecord } from '../protocol/stored/kraft-version-record.ts'
import { leaderChangeMessage } from '../protocol/stored/leader-change-message.ts'
import { snapshotFooterRecord } from '../protocol/stored/snapshot-footer-record.ts'
import { snapshotHeaderRecord } from '../protocol/stored/snapshot-header-record.ts'
import { votersRecord } from '../protocol/stored/voters-record.ts'
import type { RecordInit } from '../records/build-batch.ts'
import { ControlRecordType, controlRecordKey, controlRecordType } from '../records/control-record.ts'

export interface VoterEndpoint {
  readonly name: string
  readonly host: string
  readonly port: number
}

function control<R extends RecordSchema>(type: number, schema: R, data: RecordInitOf<R>): RecordInit {
  const writer = new Writer(128)
  recordCodec(schema, 0).encode(writer, data)
  return { key: controlRecordKey(type), value: writer.toBuffer() }
}

/** Version 0, without directory ids, in both forms of quorum: as Apache Kafka 4.3.1 writes it. */
export function leaderChange(nodeId: number): RecordInit {
  return control(ControlRecordType.LEADER_CHANGE, leaderChangeMessage, {
    leaderId: nodeId,
    voters: [{ voterId: nodeId }],
    grantingVoters: [{ voterId: nodeId }]
  })
}

export const kraftVersion = (level: number): RecordInit =>
  control(ControlRecordType.KRAFT_VERSION, kRaftVersionRecord, { kRaftVersion: level })

export function voters(nodeId: number, directoryId: string, endpoint: VoterEndpoint): RecordInit {
  return control(ControlRecordType.KRAFT_VOTERS, votersRecord, {
    voters: [
      {
        voterId: nodeId,
        voterDirectoryId: directoryId,
        endpoints: [endpoint],
        kRaftVersionFeature: { minSupportedVersion: 0, maxSupportedVersion: 1 }
      }
    ]
  })
}

export const snapshotHeader = (lastContainedLogTimestamp: number): RecordInit =>
  control(ControlRecordType.SNAPSHOT_HEADER, snapshotHeaderRecord, { lastContainedLogTimestamp })

export const snapshotFooter = (): RecordInit => control(ControlRecordType.SNAPSHOT_FOOTER, snapshotFooterRecord, {})

/** The kraft.version that a control record sets, or undefined when it is of another kind. */
export function kraftVersionOf(key: Buffer | null, value: Buffer | null): number | undefined {
  if (value === null || controlRecordType(key) !== ControlRecordType.KRAFT_VERSION) return undefined
  return recordCodec(kRaftVersionRecord, 0).decode(new Reader(value)).kRaftVersion
}

/** A copy of a voters record as it stands, whatever its version; undefined when the record is of another kind. */
export function votersOf(key: Buffer | null, value: Buffer | null): RecordInit | undefined {
  if (key === null || value === null || controlRecordType(key) !== ControlRecordType.KRAFT_VOTERS) return undefined
  return { key: Buffer.from(key), value: Buffer.from(value) }
}
