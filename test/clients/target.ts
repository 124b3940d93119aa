// The broker under test, one for the whole run: Odradek, or Apache Kafka with ODRADEK_TARGET=apache.
import type { TestProject } from 'vitest/node'
import { startOdradek } from '../broker/odradek-process.ts'
import { startApacheKafka } from '../oracle/oracle.ts'
import { installClients } from './install.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    bootstrapServers: string
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await installClients()
  const broker = process.env.ODRADEK_TARGET === 'apache' ? await startApacheKafka() : await startOdradek()
  project.provide('bootstrapServers', broker.bootstrapServers)
  return async () => {
    await broker.stop()
  }
}
