import { z } from 'zod'
import type { ErrorCode } from '../../domain/api-error.js'
import { PROBLEMS } from './problems.js'

/** What every answer carries. */
const COMMON_HEADERS = z.object({
  'Cache-Control': z
    .string()
    .max(100)
    .meta({
      header: { id: 'CacheControl' },
      description: '`no-store` for everything but the parts of the documentation page.',
      examples: ['no-store'],
    }),
  'X-Content-Type-Options': z.literal('nosniff').meta({
    header: { id: 'XContentTypeOptions' },
    description: 'The media type is meant as it is said.',
  }),
})
const WWW_AUTHENTICATE = z
  .string()
  .max(300)
  .meta({
    header: { id: 'WWWAuthenticate' },
    description: 'What is missing (RFC 6750).',
    examples: ['Bearer realm="comanda"'],
  })
const ALLOW = z
  .string()
  .max(100)
  .regex(/^[A-Z]+(?:, [A-Z]+)*$/)
  .meta({
    header: { id: 'Allow' },
    description: 'The methods of this path.',
    examples: ['GET, HEAD'],
  })
const RETRY_AFTER = z
  .string()
  .max(10)
  .regex(/^\d+$/)
  .meta({
    header: { id: 'RetryAfter' },
    description: 'Seconds after which the same request may be sent again.',
    examples: ['2'],
  })
/** Sent once the caller is known; a refusal of the caller has none. */
const RATE_LIMIT_HEADERS = z.object({
  'RateLimit-Policy': z
    .string()
    .max(100)
    .regex(/^"(?:reads|writes)";q=\d+;w=\d+$/)
    .optional()
    .meta({
      header: { id: 'RateLimitPolicy' },
      description: 'Quota `q` of the window of `w` seconds.',
      examples: ['"writes";q=10000;w=1'],
    }),
  RateLimit: z
    .string()
    .max(100)
    .regex(/^"(?:reads|writes)";r=\d+;t=\d+$/)
    .optional()
    .meta({
      header: { id: 'RateLimit' },
      description: 'What is left, `r`, until the window ends in `t` seconds.',
      examples: ['"writes";r=9999;t=1'],
    }),
})

/** Statuses of requests that are refused before anything of them is looked at. */
const UNSEEN: ReadonlySet<number> = new Set([408, 417, 431])

/** Headers of an answer that carries out an operation; `counted` operations take from the quota of an account. */
export function successHeaders(counted: boolean, own: z.ZodObject | undefined): z.ZodObject {
  return answered(counted).extend(own?.shape ?? {})
}

/** Headers of a refusal with one of these codes, which share their status. */
export function refusalHeaders(counted: boolean, status: number, codes: readonly ErrorCode[]): z.ZodObject {
  if (status === 401 || status === 403) return COMMON_HEADERS.extend({ 'WWW-Authenticate': WWW_AUTHENTICATE })
  if (status === 405) return COMMON_HEADERS.extend({ Allow: ALLOW })
  if (UNSEEN.has(status)) return COMMON_HEADERS
  if (codes.some((code) => PROBLEMS[code].retry))
    return answered(counted).extend({ 'Retry-After': RETRY_AFTER })
  return answered(counted)
}

function answered(counted: boolean): z.ZodObject {
  return counted ? COMMON_HEADERS.extend(RATE_LIMIT_HEADERS.shape) : COMMON_HEADERS
}
