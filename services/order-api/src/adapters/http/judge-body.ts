import { LIMITS } from '@comanda/shared/limits'
import type { z } from 'zod'
import { ApiError } from '../../domain/api-error.js'
import type { ErrorCode, Violation } from '../../domain/api-error.js'
import { findUnreadable } from './find-unreadable.js'
import { violationsOf } from './violations.js'

/** What a body has to be, and the code of the refusal where it is not. */
export interface BodyRule<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema
  readonly invalid: ErrorCode
  readonly optional?: boolean
  /** For the documentation. */
  readonly example: z.input<Schema>
}

/**
 * The body as the schema gives it. A value that cannot be stored whatever the schema (NUL, half a surrogate pair, too
 * deep) is 400, one that breaks a rule 422. The schemas refuse the former too, so only refused bodies are searched for it:
 * a property test holds that.
 */
export function judgeBody<Schema extends z.ZodType>(rule: BodyRule<Schema>, value: unknown): z.infer<Schema> {
  if (value === undefined) {
    if (!rule.optional) throw new ApiError('malformed', 'The request needs a JSON body.')
    value = {}
  }
  const overlooked = findFlood(value) ?? findSkipped(value)
  if (overlooked !== undefined) throw invalid(rule, [overlooked])
  const parsed = rule.schema.safeParse(value)
  if (parsed.success) return parsed.data
  const unreadable = findUnreadable(value)
  if (unreadable !== undefined)
    throw new ApiError('malformed', 'The body holds what cannot be stored.', { violations: [unreadable] })
  throw invalid(rule, violationsOf(parsed.error.issues))
}

function invalid(rule: BodyRule, violations: readonly Violation[]): ApiError {
  return new ApiError(
    rule.invalid,
    rule.invalid === 'invalid_order' ? 'The order breaks a rule.' : 'The command breaks a rule.',
    { violations },
  )
}

/** A collection beyond its limit would cost one report per member (60 ms for 18,000) before its size is looked at. */
function findFlood(value: unknown): Violation | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { lines, metadata } = value as { lines?: unknown; metadata?: unknown }
  if (Array.isArray(lines) && lines.length > LIMITS.linesMax)
    return { pointer: '/lines', detail: `must have at most ${LIMITS.linesMax} items` }
  if (
    typeof metadata === 'object' &&
    metadata !== null &&
    Object.keys(metadata).length > LIMITS.metadataPairs
  )
    return { pointer: '/metadata', detail: `must have at most ${LIMITS.metadataPairs} pairs` }
  return undefined
}

/** The schema of a record skips a member of this name: the order would be accepted without what its sender put there. */
function findSkipped(value: unknown): Violation | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { metadata } = value as { metadata?: unknown }
  return typeof metadata === 'object' && metadata !== null && Object.hasOwn(metadata, '__proto__')
    ? { pointer: '/metadata/__proto__', detail: 'is not a name that metadata can have' }
    : undefined
}
