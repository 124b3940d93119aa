import { type AddressInfo, createServer } from 'node:net'

/** Ports that nothing listened on a moment ago; all are held until all are known, so they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  await Promise.all(
    servers.map((server) => new Promise<void>((done) => void server.listen(0, '127.0.0.1', () => done())))
  )
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => new Promise<void>((done) => void server.close(() => done()))))
  return ports
}
