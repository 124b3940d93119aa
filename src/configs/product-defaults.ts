// Where the default differs from Apache Kafka's, and why. docs/compatibility.md is made from this table.

export interface ProductDefault {
  readonly name: string
  readonly value: string
  readonly reason: string
}

const oneNode = 'There is one node.'
const oneReplica = 'One node can hold one replica; with three the topic could not be created.'
const oneInSync = 'One node can hold one replica: no second one is ever in sync.'

export const productDefaults: readonly ProductDefault[] = [
  { name: 'broker.id', value: '1', reason: oneNode },
  {
    name: 'controller.listener.names',
    value: 'CONTROLLER',
    reason: 'Required by Apache Kafka; nothing listens there.'
  },
  {
    name: 'group.initial.rebalance.delay.ms',
    value: '0',
    reason: 'A developer who starts one consumer should not wait three seconds for others.'
  },
  {
    name: 'listeners',
    value: 'PLAINTEXT://localhost:9092',
    reason: 'Every address of the machine only when asked for; localhost is 127.0.0.1 and ::1.'
  },
  { name: 'node.id', value: '1', reason: oneNode },
  { name: 'offsets.topic.replication.factor', value: '1', reason: oneReplica },
  { name: 'process.roles', value: 'broker,controller', reason: 'The node is broker and controller in one.' },
  { name: 'share.coordinator.state.topic.min.isr', value: '1', reason: oneInSync },
  { name: 'share.coordinator.state.topic.replication.factor', value: '1', reason: oneReplica },
  { name: 'transaction.state.log.min.isr', value: '1', reason: oneInSync },
  { name: 'transaction.state.log.replication.factor', value: '1', reason: oneReplica }
]

const valueByName = new Map(productDefaults.map(({ name, value }) => [name, value]))

/** The default this broker uses for a broker config, or undefined when it is Apache Kafka's. */
export const productDefault = (name: string): string | undefined => valueByName.get(name)

/** On top of these, when the broker keeps everything in memory: nothing has to fit into a real cluster later. */
export const memoryDefaults: readonly (readonly [name: string, value: string])[] = [
  ['group.min.session.timeout.ms', '100'],
  ['offsets.topic.num.partitions', '1'],
  ['share.coordinator.state.topic.num.partitions', '1'],
  ['transaction.state.log.num.partitions', '1']
]
