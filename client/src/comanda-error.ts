import type { components } from './generated/api.js'
import { PROBLEM_CODES } from './generated/problem-codes.js'

/** What the API refuses with: the closed set of its document. */
export type ProblemCode = (typeof PROBLEM_CODES)[number]

/** `no_answer`: no attempt was answered. `unexpected_answer`: one that the API does not give, as from a proxy before it. */
export type ComandaErrorCode = ProblemCode | 'no_answer' | 'unexpected_answer'

/** One place in the request that breaks a rule, and the rule. */
export type Violation = NonNullable<components['schemas']['Problem']['errors']>[number]

interface ComandaErrorOptions extends ErrorOptions {
  readonly status?: number
  readonly violations?: readonly Violation[]
  readonly problem?: Readonly<Record<string, unknown>>
  readonly retryAfterMs?: number
}

/** Answers that pass by themselves: the same request may get another one later. */
const PASSING_STATUSES = new Set([408, 425, 429, 500, 502, 503, 504])

/** A call that did not succeed, after all of its attempts. `message` is the API's own explanation. */
export class ComandaError extends Error {
  override readonly name = 'ComandaError'
  readonly code: ComandaErrorCode
  /** Of the last answer; undefined where there was none. */
  readonly status: number | undefined
  readonly violations: readonly Violation[]
  /** The whole problem document (RFC 9457), with members like `orderStatus`. */
  readonly problem: Readonly<Record<string, unknown>> | undefined
  /** How long the API asks to wait, in ms. */
  readonly retryAfterMs: number | undefined
  /** The failure passes by itself. A write may be repeated under `idempotencyKey`: it may have taken effect already. */
  readonly retryable: boolean
  /** Attempts that were made. */
  attempts = 1
  /** The key that the write was sent under. */
  idempotencyKey: string | undefined
  /** Set where the order was accepted and only waiting for its decision failed. */
  placed: { readonly id: string; readonly receipt: string } | undefined

  constructor(code: ComandaErrorCode, message: string, options: ComandaErrorOptions = {}) {
    super(message, options)
    this.code = code
    this.status = options.status
    this.violations = options.violations ?? []
    this.problem = options.problem
    this.retryAfterMs = options.retryAfterMs
    this.retryable =
      options.status === undefined ? code === 'no_answer' : PASSING_STATUSES.has(options.status)
  }
}

const CODES = new Map<string, ProblemCode>(PROBLEM_CODES.map((code) => [`urn:comanda:problem:${code}`, code]))

/** Reads a refusal. What is no problem document of the API becomes `unexpected_answer` and is not repeated. */
export function refusalOf(
  status: number,
  contentType: string | null,
  text: string,
  retryAfterMs?: number,
): ComandaError {
  const problem = contentType?.includes('application/problem+json') ? parsedObject(text) : undefined
  const code = typeof problem?.['type'] === 'string' ? CODES.get(problem['type']) : undefined
  const waits = retryAfterMs === undefined ? {} : { retryAfterMs }
  if (problem === undefined || code === undefined)
    return new ComandaError('unexpected_answer', `The answer ${status} is not one of the API.`, {
      status,
      ...(problem === undefined ? {} : { problem }),
      ...waits,
    })
  const { detail, title, errors } = problem
  const message = [detail, title].find((words) => typeof words === 'string') ?? code
  return new ComandaError(code, message, {
    status,
    problem,
    ...(Array.isArray(errors) ? { violations: errors as Violation[] } : {}),
    ...waits,
  })
}

/** The JSON object that a text holds, undefined where it holds none. */
export function parsedObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
