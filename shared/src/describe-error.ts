/** What a log says of an error. */
export interface ErrorView {
  readonly type: string
  readonly code?: string
  /** Absent where the error is of a kind whose message may quote data. */
  readonly message?: string
  /** Code, or else type, of what caused it. */
  readonly cause?: string
  /** Where it was made: frames only, since a stack begins with the message. */
  readonly stack?: string
}

const FRAMES_MAX = 10

/**
 * The allow-listed view of an error. Type, code and frames always; the message only of kinds that are known to quote
 * nothing: parsers quote the text, mail servers the address, Postgres the value (and rows in `detail` and `where`).
 */
export function describeError(error: unknown): ErrorView {
  if (!Error.isError(error)) return { type: typeof error }
  const code = codeOf(error)
  const frames = framesOf(error)
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    ...(quotesNothing(error, code) ? { message: error.message } : {}),
    ...(Error.isError(error.cause) ? { cause: codeOf(error.cause) ?? error.cause.name } : {}),
    ...(frames === '' ? {} : { stack: frames }),
  }
}

/** Errors of this project have codes in snake_case, and messages that never repeat what was sent. */
const OWN_CODE = /^[a-z][a-z_]*$/
/** jose has a message per rule. */
const JOSE_CODE = /^ERR_J/
const SQLSTATE = /^[0-9A-Z]{5}$/
/** Classes of SQLSTATE whose messages quote values: data exceptions, and what a function raises. */
const QUOTING_SQLSTATE = /^(22|P0)/
/** Defects: their messages name what the code says, not what it works on. Those of node itself have codes, and may quote. */
const ENGINE_ERRORS: ReadonlySet<string> = new Set(['TypeError', 'RangeError', 'ReferenceError'])
/** Fixed sentences of pg, which come without a code. */
const PG_SENTENCE =
  /^(?:Connection terminated(?: unexpectedly| due to connection timeout)?|timeout exceeded when trying to connect|Query read timeout)$/

function quotesNothing(error: Error, code: string | undefined): boolean {
  if (code === undefined)
    return ENGINE_ERRORS.has(error.name) || PG_SENTENCE.test(error.message) || isOfQueue(error)
  if ('severity' in error && SQLSTATE.test(code)) return !QUOTING_SQLSTATE.test(code)
  // System errors: call, code and address.
  if ('syscall' in error && 'errno' in error) return true
  return OWN_CODE.test(code) || JOSE_CODE.test(code) || isOfQueue(error)
}

/** The SDK's exceptions: SQS names queues and rules. */
function isOfQueue(error: Error): boolean {
  return '$metadata' in error
}

function codeOf(error: Error): string | undefined {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : undefined
}

/** The lines of the stack that are frames, whatever lines the message has. */
function framesOf({ stack = '', message }: Error): string {
  const end = stack.indexOf(message)
  return stack
    .slice(end === -1 ? 0 : end + message.length)
    .split('\n')
    .filter((line) => /^ {4}at /.test(line))
    .slice(0, FRAMES_MAX)
    .join('\n')
}
