// What each client-metrics config does, in one line; DescribeConfigs hands these out.

export const clientMetricsDocumentation: Readonly<Record<string, string>> = {
  'interval.ms': 'How often matching clients push their metrics.',
  match:
    'Which clients push: patterns NAME=REGEX over client_instance_id, client_id, client_software_name, client_software_version, client_source_address and client_source_port.',
  metrics: "Prefixes of the metric names to push; '*' is all."
}
