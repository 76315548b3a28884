import type { z } from 'zod'
import { ApiError } from '../../domain/api-error.js'

/** A position in a list as clients carry it: opaque to them, checked when it comes back. */
export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

export function decodeCursor<Schema extends z.ZodType>(schema: Schema, cursor: string): z.infer<Schema> {
  const parsed = schema.safeParse(jsonOf(cursor))
  if (parsed.success) return parsed.data
  throw new ApiError('malformed', 'The query cannot be read.', {
    violations: [{ parameter: 'cursor', detail: 'is not a cursor of this list' }],
  })
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown
  } catch {
    return undefined
  }
}

/** The path of the next page: the same query with another cursor. */
export function nextPath(
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
  cursor: string,
): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries<string | number | undefined>({ ...query, cursor }))
    if (value !== undefined) parameters.set(name, String(value))
  return `${path}?${parameters.toString()}`
}
