import { expect, test } from 'vitest'
import { environmentLogLevel, environmentSettings } from './environment.ts'

const configs = (environment: NodeJS.ProcessEnv) =>
  Object.fromEntries(environmentSettings(environment).map(({ name, value }) => [name, value]))

test.each([
  ['KAFKA_NUM_PARTITIONS', 'num.partitions'],
  ['KAFKA_LOG_DIRS', 'log.dirs'],
  ['KAFKA_SASL_OAUTHBEARER_EXPECTED__AUDIENCE', 'sasl.oauthbearer.expected_audience'],
  ['KAFKA_LISTENER_NAME_MY___NAME_SSL_KEYSTORE_TYPE', 'listener.name.my-name.ssl.keystore.type'],
  ['KAFKA_A____B', 'a-.b'],
  ['KAFKA_A_____B', 'a-_b'],
  ['KAFKA_KAFKA_X', 'kafka.x']
])('%s is %s', (variable, name) => {
  expect(configs({ [variable]: 'v' })).toEqual({ [name]: 'v' })
})

test('what the image keeps for its scripts is no config, nor is what has another prefix', () => {
  const kept = ['VERSION', 'HEAP_OPTS', 'LOG4J_OPTS', 'OPTS', 'JMX_OPTS', 'JVM_PERFORMANCE_OPTS', 'GC_LOG_OPTS']
  const more = ['LOG4J_ROOT_LOGLEVEL', 'LOG4J_LOGGERS', 'TOOLS_LOG4J_LOGLEVEL', 'JMX_HOSTNAME']
  const environment = Object.fromEntries([...kept, ...more].map((name) => [`KAFKA_${name}`, 'x']))
  expect(configs({ ...environment, CLUSTER_ID: 'x', PATH: 'x', kafka_num_partitions: '3' })).toEqual({})
})

test('the address that clients look for is no config of the broker', () => {
  expect(configs({ KAFKA_BROKERS: 'localhost:1', KAFKA_BOOTSTRAP_SERVERS: 'localhost:1' })).toEqual({})
})

test('listeners follow from advertised listeners, on every address', () => {
  const advertised = 'PLAINTEXT://kafka:29092,HOST://localhost:9092,SIX://[::1]:9095'
  expect(configs({ KAFKA_ADVERTISED_LISTENERS: advertised }).listeners).toBe(
    'PLAINTEXT://0.0.0.0:29092,HOST://0.0.0.0:9092,SIX://0.0.0.0:9095'
  )
  const given = configs({ KAFKA_ADVERTISED_LISTENERS: advertised, KAFKA_LISTENERS: 'PLAINTEXT://:1' })
  expect(given.listeners).toBe('PLAINTEXT://:1')
})

test('the log level of the image in our words', () => {
  expect(environmentLogLevel({ KAFKA_LOG4J_ROOT_LOGLEVEL: 'WARN' })).toBe('warn')
  expect(environmentLogLevel({ KAFKA_LOG4J_ROOT_LOGLEVEL: 'trace' })).toBe('debug')
  expect(environmentLogLevel({})).toBeUndefined()
})
