/** Version 00 of W3C Trace Context, and later ones as far as they look like it. Ids of zeros are invalid. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/

export interface TraceContext {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
}

/** Reads a `traceparent`; undefined for what is none. */
export function readTraceparent(text: string | undefined): TraceContext | undefined {
  const match = text === undefined ? null : TRACEPARENT.exec(text)
  if (match === null) return undefined
  return { traceId: match[1]!, spanId: match[2]!, traceFlags: Number.parseInt(match[3]!, 16) }
}

/** Writes a `traceparent` of version 00. */
export function writeTraceparent({ traceId, spanId, traceFlags }: TraceContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
}

/** The trace that a `traceparent` belongs to, for log lines; undefined for what is none. */
export function traceIdOf(text: string | undefined): string | undefined {
  return readTraceparent(text)?.traceId
}
