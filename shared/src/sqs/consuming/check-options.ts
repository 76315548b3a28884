import type { QueueConsumerOptions } from '../queue-consumer.js'
import { RECEIVE_ENTRIES } from './poll-gate.js'

/** Throws a RangeError for the first option that cannot work. */
export function checkConsumerOptions(options: QueueConsumerOptions): void {
  const within = (name: keyof QueueConsumerOptions, min: number, max = Infinity): void => {
    const value = options[name] as number
    if (!(value >= min && value <= max))
      throw new RangeError(`${name} of the consumer ${options.name} must be from ${min} to ${max}`)
  }
  within('batchSize', 1, 100)
  within('concurrency', 1)
  within('maxPollers', 1)
  // With less room than one receive takes, nothing would ever be received.
  within('maxInHand', RECEIVE_ENTRIES)
  within('waitTimeSeconds', 1, 20)
  within('visibilityTimeoutSeconds', 1, 12 * 3_600)
  // A message is extended one and a half beats after its receive at the latest.
  within('heartbeatSeconds', 0.001, options.visibilityTimeoutSeconds / 2)
  within('maxHandlingSeconds', 0.001, 12 * 3_600)
}
