// What an API handler is: its schema, the versions it serves, what the client must be allowed to do, and one function
// from a decoded request to a plain response. Handlers keep no state and know no socket.
import type { Broker } from '../broker/broker.ts'
import type { ErrorCode } from '../error-codes.ts'
import type { AnyApi, RequestOf, ResponseInitOf, Versions } from '../protocol/schema.ts'

export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** What is known about a request besides its body. Lives as long as the request, never longer. */
export interface RequestContext {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  readonly clientId: string | null
  /** The client's address in Java's InetAddress form, as DescribeGroups shows it: `/127.0.0.1`. */
  readonly clientHost: string
  /** `localHost:localPort-remoteHost:remotePort-index`, unique among the live connections. */
  readonly connectionId: string
  readonly listenerName: string
  /** The address that the connection came in on; an IPv4-mapped one is plain IPv4. */
  readonly localHost: string
  readonly localPort: number
  /** Where this client shall dial this broker: the listener's advertised address, else the one it came in on. */
  readonly advertised: Endpoint
  readonly principal: string
  /** From ApiVersions v3+ (KIP-511); empty until told. */
  readonly clientSoftwareName: string
  readonly clientSoftwareVersion: string
  /** ApiVersions notes here who the client says it is. */
  setClientSoftware(name: string, version: string): void
  /** Called once when the connection ends, also after the response; returns the function that takes it back. */
  onDisconnect(callback: () => void): () => void
  /** Called once when the response's bytes have left the process or the connection is gone: time to reuse buffers. */
  onSent(callback: () => void): void
  /** After what was answered so far is written. For cases in which Apache Kafka closes instead of answering. */
  closeConnection(reason: string): void
}

export type Operation =
  | 'READ'
  | 'WRITE'
  | 'CREATE'
  | 'DELETE'
  | 'ALTER'
  | 'DESCRIBE'
  | 'CLUSTER_ACTION'
  | 'DESCRIBE_CONFIGS'
  | 'ALTER_CONFIGS'
  | 'IDEMPOTENT_WRITE'
  | 'CREATE_TOKENS'
  | 'DESCRIBE_TOKENS'
  | 'TWO_PHASE_COMMIT'

export type ResourceKind = 'TOPIC' | 'GROUP' | 'CLUSTER' | 'TRANSACTIONAL_ID' | 'DELEGATION_TOKEN' | 'USER'

export interface AccessRule {
  readonly operation: Operation
  readonly resource: ResourceKind
}

/** What an authorizer checks for this API; required, so that it cannot be forgotten. */
export type Access = 'none' | readonly AccessRule[]

type Answer<A extends AnyApi> = ResponseInitOf<A> | null

interface BaseSpec<A extends AnyApi> {
  /** The versions served. */
  readonly versions: Versions
  /** What ApiVersions shows, where that differs from what is served. */
  readonly advertisedVersions?: Versions
  readonly access: Access
  /**
   * True: `bytes` and `records` of the request are views into the receive buffer, gone as soon as handle() returned (for
   * a promise: as soon as it was made). Left out, they are the request's own and may be kept.
   */
  readonly borrowsRequest?: boolean
  /**
   * Null is no response (acks=0). A thrown KafkaError is answered with errorResponse; anything else that is thrown is a
   * bug, logged with its stack and answered with UNKNOWN_SERVER_ERROR. Answer synchronously where possible: it is quicker.
   */
  handle(request: RequestOf<A>, broker: Broker, context: RequestContext): Answer<A> | Promise<Answer<A>>
}

/** The whole request failed: the answer that says so in every place where this API has an error code. */
export type ErrorResponse<A extends AnyApi> = (
  code: ErrorCode,
  message: string | null,
  request: RequestOf<A>,
  apiVersion: number
) => Answer<A>

/** An API whose response has no top-level error code must say how a failed request is answered. */
export type HandlerSpec<A extends AnyApi> = BaseSpec<A> &
  ('errorCode' extends keyof ResponseInitOf<A>
    ? { readonly errorResponse?: ErrorResponse<A> }
    : { readonly errorResponse: ErrorResponse<A> })

/** A handler as dispatch sees it, its types erased: the codec of the same api and version makes the request fit. */
export interface Handler {
  readonly api: AnyApi
  readonly versions: Versions
  readonly advertisedVersions: Versions
  readonly access: Access
  readonly borrowsRequest: boolean
  handle(request: unknown, broker: Broker, context: RequestContext): unknown
  errorResponse(code: ErrorCode, message: string | null, request: unknown, apiVersion: number): unknown
}

const topLevelError = (code: ErrorCode, errorMessage: string | null) => ({ errorCode: code, errorMessage })
const topLevelCode = (code: ErrorCode) => ({ errorCode: code })

export function handler<A extends AnyApi>(api: A, spec: HandlerSpec<A>): Handler {
  const byDefault = 'errorMessage' in api.response ? topLevelError : topLevelCode
  return {
    api,
    versions: spec.versions,
    advertisedVersions: spec.advertisedVersions ?? spec.versions,
    access: spec.access,
    borrowsRequest: spec.borrowsRequest ?? false,
    handle: spec.handle as Handler['handle'],
    errorResponse: (spec.errorResponse as Handler['errorResponse'] | undefined) ?? byDefault
  }
}
