import type { z } from 'zod'

/** What a message body turned out to be. Only `broken` and `invalid` are final; `unknown` is for a later release to read. */
export type ReadResult<Message> =
  | { readonly kind: 'message'; readonly message: Message }
  /** Not JSON: nobody can ever read it. */
  | { readonly kind: 'broken'; readonly reason: string }
  /** JSON without a type and version that this release knows: a newer writer, or not one of ours. Retry, never drop. */
  | { readonly kind: 'unknown'; readonly type: string }
  /** A known type and version whose schema the body violates. `json` is the whole body, for what can still be told from it. */
  | { readonly kind: 'invalid'; readonly reason: string; readonly json: Readonly<Record<string, unknown>> }

/** The schemas that a reader knows, by CloudEvents type (which ends in the version). */
export type MessageSchemas = Readonly<Record<string, z.ZodType>>

/** Reads a message body once, at the edge. Never throws. Reasons name paths and rules, never what the writer chose. */
export function readMessage<Schemas extends MessageSchemas>(
  schemas: Schemas,
  body: string,
): ReadResult<z.infer<Schemas[keyof Schemas]>> {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return { kind: 'broken', reason: 'the body is not JSON' }
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return { kind: 'unknown', type: 'none' }
  const { type } = json as { type?: unknown }
  const schema = typeof type === 'string' && Object.hasOwn(schemas, type) ? schemas[type] : undefined
  if (schema === undefined)
    return { kind: 'unknown', type: typeof type === 'string' ? type.slice(0, 100) : 'none' }
  const parsed = schema.safeParse(json)
  if (parsed.success) return { kind: 'message', message: parsed.data as z.infer<Schemas[keyof Schemas]> }
  const reason = parsed.error.issues.slice(0, 5).map(reasonOf).join('; ')
  return { kind: 'invalid', reason, json: json as Record<string, unknown> }
}

/** Property names that nobody knows and keys of metadata are the writer's own words, so they are not repeated. */
function reasonOf({ code, path, message }: z.core.$ZodIssue): string {
  const metadata = path.indexOf('metadata')
  const named = metadata === -1 ? path : path.slice(0, metadata + 1)
  const rule = code === 'unrecognized_keys' ? 'has a property that is not known' : message
  return `/${named.join('/')}: ${rule}`
}
