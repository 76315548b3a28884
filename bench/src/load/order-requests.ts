/** Where orders are posted, and as whom. */
export interface Target {
  readonly port: number
  readonly path: string
  readonly token: string
  /** Tokens that requests take in turn, instead of the one. */
  readonly tokens?: readonly string[]
}

/**
 * Ready-made requests: everything but the idempotency key is fixed beforehand, so that sending costs one concatenation.
 * The key is `prefix` and a number, so one prefix names all orders of one run. Bodies are ASCII JSON.
 */
export function createOrderRequests(
  target: Target,
  bodies: readonly string[],
  prefix: string,
): (index: number) => string {
  const starts = (target.tokens ?? [target.token]).map((token) =>
    [
      `POST ${target.path} HTTP/1.1`,
      `host: 127.0.0.1:${target.port}`,
      `authorization: Bearer ${token}\r\n`,
    ].join('\r\n'),
  )
  const parts = bodies.map((body) => ({
    before: [
      'content-type: application/json',
      'accept: application/json',
      `content-length: ${body.length}`,
      'idempotency-key: ',
    ].join('\r\n'),
    after: `\r\n\r\n${body}`,
  }))
  return (index) => {
    const { before, after } = parts[index % parts.length]!
    return starts[index % starts.length]! + before + keyOf(prefix, index) + after
  }
}

/** At least 16 characters, as the contract asks. */
export function keyOf(prefix: string, index: number): string {
  return `${prefix}-${String(index).padStart(16, '0')}`
}
