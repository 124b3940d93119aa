// PRODUCER_FENCED came late: clients of older versions know INVALID_PRODUCER_EPOCH in its place.
import { ErrorCode } from '../error-codes.ts'

export const fencedError = (errorCode: ErrorCode, knowsFenced: boolean): ErrorCode =>
  errorCode === ErrorCode.PRODUCER_FENCED && !knowsFenced ? ErrorCode.INVALID_PRODUCER_EPOCH : errorCode
