import type { z } from 'zod'
import { ApiError } from '../../domain/api-error.js'
import type { Violation } from '../../domain/api-error.js'

/** Path parameters. One that cannot be names nothing here. */
export function parseParams(schema: z.ZodObject, params: Readonly<Record<string, unknown>>): unknown {
  const parsed = schema.safeParse(params)
  if (parsed.success) return parsed.data
  throw new ApiError('not_found', 'There is nothing of this name.')
}

/** Query parameters: each at most once, none unknown. */
export function parseQuery(schema: z.ZodObject, url: string): unknown {
  const start = url.indexOf('?')
  const sent = new URLSearchParams(start < 0 ? '' : url.slice(start + 1))
  const values: Record<string, string> = {}
  const repeated = new Set<string>()
  for (const [name, value] of sent) {
    if (!Object.hasOwn(schema.shape, name)) continue
    if (Object.hasOwn(values, name)) repeated.add(name)
    values[name] = value
  }
  const violations: Violation[] = [...repeated].map((parameter) => ({
    parameter,
    detail: 'must be given once',
  }))
  if ([...sent.keys()].some((name) => !Object.hasOwn(schema.shape, name)))
    violations.push({ parameter: '*', detail: `must be one of ${Object.keys(schema.shape).join(', ')}` })
  const parsed = schema.safeParse(values)
  if (!parsed.success)
    for (const { path, message } of parsed.error.issues)
      violations.push({ parameter: String(path[0]), detail: message })
  if (violations.length > 0) throw new ApiError('malformed', 'The query cannot be read.', { violations })
  return parsed.data
}
