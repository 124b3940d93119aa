// Broker configs of listeners, connections, requests and sockets.
import { boolean, type ConfigDefinition, int, list, long, string } from '../definition.ts'
import { atLeast, distinct, distinctNonEmpty, oneOf } from '../rules.ts'

export const brokerNetworkConfigs: readonly ConfigDefinition[] = [
  list('advertised.listeners', null, 'HIGH', { rule: distinctNonEmpty }),
  int('background.threads', '10', 'HIGH', { rule: atLeast(1), update: 'cluster-wide' }),
  int('connection.failed.authentication.delay.ms', '100', 'LOW', { rule: atLeast(0) }),
  long('connections.max.idle.ms', '600000', 'MEDIUM'),
  long('connections.max.reauth.ms', '0', 'MEDIUM'),
  int('delete.records.purgatory.purge.interval.requests', '1', 'MEDIUM'),
  list('early.start.listeners', null, 'HIGH', { rule: distinct }),
  int('fetch.purgatory.purge.interval.requests', '1000', 'MEDIUM'),
  string('inter.broker.listener.name', null, 'MEDIUM'),
  string(
    'listener.security.protocol.map',
    'SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT',
    'LOW',
    { update: 'per-broker' }
  ),
  list('listeners', 'PLAINTEXT://:9092', 'HIGH', { rule: distinctNonEmpty, update: 'per-broker' }),
  int('max.connection.creation.rate', '2147483647', 'MEDIUM', { rule: atLeast(0), update: 'cluster-wide' }),
  int('max.connections', '2147483647', 'MEDIUM', { rule: atLeast(0), update: 'cluster-wide' }),
  int('max.connections.per.ip', '2147483647', 'MEDIUM', { rule: atLeast(0), update: 'cluster-wide' }),
  string('max.connections.per.ip.overrides', '', 'MEDIUM', { update: 'cluster-wide' }),
  int('max.incremental.fetch.session.cache.slots', '1000', 'MEDIUM', { rule: atLeast(0) }),
  int('num.io.threads', '8', 'HIGH', { rule: atLeast(1), update: 'cluster-wide' }),
  int('num.network.threads', '3', 'HIGH', { rule: atLeast(1), update: 'cluster-wide' }),
  int('producer.purgatory.purge.interval.requests', '1000', 'MEDIUM'),
  long('queued.max.request.bytes', '-1', 'MEDIUM'),
  int('queued.max.requests', '500', 'HIGH', { rule: atLeast(1) }),
  int('request.timeout.ms', '30000', 'HIGH'),
  string('security.inter.broker.protocol', 'PLAINTEXT', 'MEDIUM', {
    rule: oneOf('PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL')
  }),
  string('security.providers', null, 'LOW'),
  long('server.max.startup.time.ms', '9223372036854775807', 'MEDIUM', { rule: atLeast(0), isInternal: true }),
  int('share.fetch.purgatory.purge.interval.requests', '1000', 'MEDIUM'),
  long('socket.connection.setup.timeout.max.ms', '30000', 'MEDIUM'),
  long('socket.connection.setup.timeout.ms', '10000', 'MEDIUM'),
  int('socket.listen.backlog.size', '50', 'MEDIUM', { rule: atLeast(1) }),
  int('socket.receive.buffer.bytes', '102400', 'HIGH'),
  int('socket.request.max.bytes', '104857600', 'HIGH', { rule: atLeast(1) }),
  int('socket.send.buffer.bytes', '102400', 'HIGH'),
  int('telemetry.max.bytes', '1048576', 'LOW', { rule: atLeast(1) }),
  boolean('unstable.api.versions.enable', 'false', 'HIGH', { isInternal: true }),
  boolean('unstable.feature.versions.enable', 'false', 'HIGH', { isInternal: true })
]
