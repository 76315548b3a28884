import { setTimeout as wait } from 'node:timers/promises'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry'

/** What the SDK's rules look at. */
type SdkError = Parameters<typeof isTransientError>[0]

/**
 * Makes calls with the retries of an SDK client: its number of attempts, its waits, its quota of retries, and its
 * opinion on what may help: network errors and time-outs, statuses 500, 502, 503 and 504, throttling.
 */
export async function retryAsClient<Answer>(
  { config }: Pick<SQSClient, 'config'>,
  call: () => Promise<Answer>,
): Promise<Answer> {
  const strategy = await config.retryStrategy()
  if (!('acquireInitialRetryToken' in strategy))
    throw new TypeError('the client has an outdated retry strategy')
  let token = await strategy.acquireInitialRetryToken('')
  for (;;) {
    try {
      const answer = await call()
      strategy.recordSuccess(token)
      return answer
    } catch (cause) {
      const error = cause as SdkError
      try {
        token = await strategy.refreshRetryTokenForRetry(token, {
          error,
          errorType: errorTypeOf(error),
        })
      } catch {
        throw error
      }
      const delayMs = token.getRetryDelay()
      if (delayMs > 0) await wait(delayMs)
    }
  }
}

function errorTypeOf(error: SdkError): 'THROTTLING' | 'TRANSIENT' | 'SERVER_ERROR' | 'CLIENT_ERROR' {
  if (isThrottlingError(error)) return 'THROTTLING'
  if (isTransientError(error)) return 'TRANSIENT'
  return isServerError(error) ? 'SERVER_ERROR' : 'CLIENT_ERROR'
}
