import { ComandaError, parsedObject } from './comanda-error.js'
import type { Answered } from './send.js'

/** The content of a 2xx answer. Throws `unexpected_answer` where it is no JSON, as from a proxy's own page. */
export function parsed({ status, text, attempts }: Answered): unknown {
  const content = parsedObject(text)
  if (content !== undefined) return content
  const error = new ComandaError('unexpected_answer', `The answer ${status} is not one of the API.`, {
    status,
  })
  error.attempts = attempts
  throw error
}
