import { z } from 'zod'
import type { ErrorCode } from '../../domain/api-error.js'
import { PROBLEMS, problemType } from './problems.js'

/** Every refusal, as the OpenAPI document shows it (RFC 9457). */
export const Problem = z
  .looseObject({
    type: z.enum((Object.keys(PROBLEMS) as ErrorCode[]).map(problemType)).meta({
      description: 'Means the error; stable.',
    }),
    title: z.string().max(100).meta({ description: 'The type in words.' }),
    status: z.int().min(400).max(599).meta({ format: 'int32', description: 'The HTTP status.' }),
    detail: z
      .string()
      .max(300)
      .meta({ description: 'What is wrong with this request; never repeats its content.' }),
    accepted: z.literal(true).optional().meta({
      description: 'The order was accepted, as its receipt proves; its state cannot be read now.',
    }),
    acceptedAt: z.iso.datetime().max(40).optional().meta({ description: 'When the order was accepted.' }),
    errors: z
      .array(
        z.object({
          pointer: z.string().max(1_200).optional().meta({ description: 'RFC 6901 pointer into the body.' }),
          parameter: z.string().max(64).optional().meta({ description: 'Name of a query parameter.' }),
          header: z.string().max(64).optional().meta({ description: 'Name of a request header.' }),
          detail: z.string().max(300).meta({ description: 'The rule that is broken.' }),
        }),
      )
      .max(20)
      .optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457.' })
