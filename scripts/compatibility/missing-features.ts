// What a client sees that asks for something that is not there yet. Seen with Apache Kafka's own Java clients 4.3.1.

export interface MissingFeature {
  readonly feature: string
  readonly seen: string
}

const unsupported = (api: string) => `UnsupportedVersionException: \`The node does not support ${api}\`, at once.`

export const missingFeatures: readonly MissingFeature[] = [
  {
    feature: '`group.protocol=consumer` (KIP-848)',
    seen: 'The first poll fails at once: `The cluster does not support the new CONSUMER group protocol. Set group.protocol=classic ...`.'
  },
  {
    feature: 'Share groups (KIP-932)',
    seen: 'The first poll fails at once: `The cluster does not support the share group protocol ...`.'
  },
  {
    feature: 'Streams groups (KIP-1071)',
    seen: 'UnsupportedVersionException: `The cluster does not support the STREAMS group protocol ...`, with `group.protocol=streams` only.'
  },
  { feature: 'ACLs', seen: unsupported('DESCRIBE_ACLS') },
  { feature: 'Quotas', seen: unsupported('DESCRIBE_CLIENT_QUOTAS') },
  { feature: 'SCRAM users', seen: unsupported('DESCRIBE_USER_SCRAM_CREDENTIALS') },
  { feature: 'Delegation tokens', seen: unsupported('CREATE_DELEGATION_TOKEN') },
  {
    feature: 'SASL',
    seen: 'IllegalSaslStateException at once, as with Apache Kafka on a listener without SASL.'
  },
  {
    feature: 'TLS',
    seen: 'The connection is closed and the client tries again until it times out; the log says that it began a TLS handshake.'
  },
  { feature: 'Client metrics (KIP-714)', seen: 'Clients send none, as with Apache Kafka without a plug-in for them.' }
]
