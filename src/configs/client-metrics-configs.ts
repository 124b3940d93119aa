// Configs of a client-metrics subscription (KIP-714).
import { type ConfigDefinition, int, list } from './definition.ts'
import { distinct } from './rules.ts'

export const clientMetricsConfigs: readonly ConfigDefinition[] = [
  int('interval.ms', '300000', 'MEDIUM'),
  list('match', '', 'MEDIUM', { rule: distinct }),
  list('metrics', '', 'MEDIUM', { rule: distinct })
]
