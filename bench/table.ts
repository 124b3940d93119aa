// One row a load: the medians of both brokers, their ratio, and the target it is held to.
export interface Row {
  readonly load: string
  readonly unit: string
  readonly odradek: number | undefined
  readonly apacheKafka: number | undefined
  /** What is wanted, in words. */
  readonly target: string
}

const shown = (value: number | undefined) =>
  value === undefined ? '-' : value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

export function markdown(rows: readonly Row[]): string {
  const cells = rows.map(({ load, unit, odradek, apacheKafka, target }) => [
    load,
    unit,
    shown(odradek),
    shown(apacheKafka),
    odradek !== undefined && apacheKafka ? (odradek / apacheKafka).toFixed(2) : '-',
    target
  ])
  const all = [['load', 'unit', 'Odradek', 'Apache Kafka', 'ratio', 'target'], ...cells]
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)))
  const line = (row: readonly string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
  return [line(all[0]), line(widths.map((width) => '-'.repeat(width))), ...all.slice(1).map(line)].join('\n')
}
