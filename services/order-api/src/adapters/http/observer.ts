import type { ApiError } from '../../domain/api-error.js'
import type { Principal } from '../../domain/principal.js'
import type { Operation } from './operation.js'

/** A request that has been answered. Paths only as templates: queries carry receipts, paths carry ids. */
export interface AnsweredRequest {
  readonly operation: Operation | undefined
  readonly method: string
  readonly status: number
  readonly durationMs: number
  readonly principal: Principal | undefined
  readonly orderId: string | undefined
  /** What the gateway calls the request, so that its log and ours meet. */
  readonly requestId: string | undefined
  readonly traceparent: string | undefined
  /** Set where the request was refused or failed. */
  readonly error: ApiError | undefined
}

/** What the HTTP side tells about itself; metrics and logs are made of it. Never throws. */
export type RequestObserver = (request: AnsweredRequest) => void
