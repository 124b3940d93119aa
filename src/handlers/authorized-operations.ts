// "What may I do here?" as the bit field that Metadata and the Describe APIs answer: bit n stands for ACL operation n.
// Without an authorizer everything that the kind of resource supports is allowed.

const ALTER = 7
const ALTER_CONFIGS = 11
const CLUSTER_ACTION = 9
const CREATE = 5
const DELETE = 6
const DESCRIBE = 8
const DESCRIBE_CONFIGS = 10
const IDEMPOTENT_WRITE = 12
const READ = 3
const WRITE = 4

const bits = (...operations: number[]): number => operations.reduce((field, operation) => field | (1 << operation), 0)

/** The client did not ask. */
export const OPERATIONS_OMITTED = -2147483648

export const topicOperations = bits(READ, WRITE, CREATE, DESCRIBE, DELETE, ALTER, DESCRIBE_CONFIGS, ALTER_CONFIGS)
export const clusterOperations = bits(
  CREATE,
  CLUSTER_ACTION,
  DESCRIBE_CONFIGS,
  ALTER_CONFIGS,
  IDEMPOTENT_WRITE,
  ALTER,
  DESCRIBE
)
export const groupOperations = bits(READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS)
