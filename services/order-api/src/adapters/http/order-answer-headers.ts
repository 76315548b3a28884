import { z } from 'zod'
import { EXAMPLE_LOCATION } from './order-examples.js'

export const location = z
  .string()
  .max(300)
  .meta({
    format: 'uri-reference',
    description: 'Where to follow the order; its receipt proves the order until it has a row.',
    examples: [EXAMPLE_LOCATION],
  })
export const retryAfter = z
  .string()
  .max(10)
  .regex(/^\d+$/)
  .meta({ description: 'Seconds until it is worth asking again.', examples: ['1'] })
export const etag = z
  .string()
  .max(20)
  .regex(/^"\d+(?:-delayed)?"$/)
  .meta({ description: 'The version, quoted; opaque.', examples: ['"1"'] })
export const preferenceApplied = z
  .string()
  .max(10)
  .regex(/^wait=\d+$/)
  .optional()
  .meta({ examples: ['wait=20'] })
