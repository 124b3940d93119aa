// The RequestContext of one request: a view of its header and its connection.
import type { Endpoint, RequestContext } from '../handlers/handler.ts'
import type { RequestHeader } from '../protocol/frame.ts'
import type { Connection } from './connection.ts'

export class RequestScope implements RequestContext {
  private readonly header: RequestHeader
  private readonly connection: Connection

  constructor(header: RequestHeader, connection: Connection) {
    this.header = header
    this.connection = connection
  }

  get apiKey(): number {
    return this.header.apiKey
  }
  get apiVersion(): number {
    return this.header.apiVersion
  }
  get correlationId(): number {
    return this.header.correlationId
  }
  get clientId(): string | null {
    return this.header.clientId
  }
  get clientHost(): string {
    return `/${this.connection.remoteHost}`
  }
  get connectionId(): string {
    return this.connection.id
  }
  get listenerName(): string {
    return this.connection.listener.name
  }
  get localHost(): string {
    return this.connection.localHost
  }
  get localPort(): number {
    return this.connection.localPort
  }
  get advertised(): Endpoint {
    return this.connection.listener.advertisedTo(this.connection)
  }
  get principal(): string {
    return 'User:ANONYMOUS'
  }
  get clientSoftwareName(): string {
    return this.connection.clientSoftwareName
  }
  get clientSoftwareVersion(): string {
    return this.connection.clientSoftwareVersion
  }

  setClientSoftware(name: string, version: string): void {
    this.connection.clientSoftwareName = name
    this.connection.clientSoftwareVersion = version
  }
  onDisconnect(callback: () => void): () => void {
    return this.connection.onDisconnect(callback)
  }
  onSent(callback: () => void): void {
    this.connection.onSent(callback)
  }
  closeConnection(reason: string): void {
    this.connection.refuse(reason)
  }
}
