import type { IncomingHttpHeaders } from 'node:http'
import type { z } from 'zod'
import type { ErrorCode } from '../../domain/api-error.js'
import type { Principal, Scope } from '../../domain/principal.js'
import type { BodyRule } from './judge-body.js'
import type { Reply } from './reply.js'

/** One answer of an operation, as the OpenAPI document shows it. */
export interface OperationResponse {
  readonly description: string
  readonly schema?: z.ZodType
  readonly example?: unknown
  readonly mediaType?: string
  readonly headers?: z.ZodObject
  /** What a client can do next with this answer, by name. */
  readonly links?: Readonly<Record<string, OperationLink>>
}

/** An OpenAPI link: the operation and, as runtime expressions, its parameters. */
export interface OperationLink {
  readonly operationId: string
  readonly description: string
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * One method on one path: what it asks for, who may use it and what it answers. Requests are parsed by what stands
 * here and the OpenAPI document is made of it, so the two cannot differ.
 */
export interface Operation {
  readonly id: string
  readonly method: 'get' | 'put' | 'post'
  /** OpenAPI template, like `/v1/orders/{id}`. */
  readonly path: string
  /** Any one of them suffices; null means public. There is no default: an operation without a word does not start. */
  readonly scopes: readonly [Scope, ...Scope[]] | null
  readonly summary: string
  readonly description?: string
  readonly tag: string
  /** Path parameters; one that does not parse names nothing, so it is a 404. */
  readonly params?: z.ZodObject
  /** Query parameters; without it the query is not looked at. */
  readonly query?: z.ZodObject
  /** Documentation of the request headers that the handler reads. */
  readonly headers?: z.ZodObject
  readonly body?: BodyRule
  readonly responses: Readonly<Record<string, OperationResponse>>
  /** Refusals of this operation beside those that all share. */
  readonly errors: readonly ErrorCode[]
}

/** A parsed request. */
export interface Call<Op extends Operation> {
  readonly principal: Op['scopes'] extends null ? undefined : Principal
  readonly params: Op['params'] extends z.ZodObject ? z.infer<Op['params']> : undefined
  readonly query: Op['query'] extends z.ZodObject ? z.infer<Op['query']> : undefined
  readonly body: Op['body'] extends BodyRule ? z.infer<Op['body']['schema']> : undefined
  readonly headers: IncomingHttpHeaders
  /** The W3C trace context that goes on from here, where somebody traces. */
  readonly traceparent: string | undefined
}

export type Handler<Op extends Operation> = (call: Call<Op>) => Reply | Promise<Reply>

/** An operation with what carries it out. */
export interface Route {
  readonly operation: Operation
  readonly handle: (call: Call<Operation>) => Reply | Promise<Reply>
}

/** Binds a handler to its operation; the types of the call follow from the operation. */
export function route<Op extends Operation>(operation: Op, handle: Handler<Op>): Route {
  return { operation, handle }
}
