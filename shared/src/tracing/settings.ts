import { z } from 'zod'
import { setting } from '../config.js'

/** The settings of tracing, the same in every service; names and meaning are OpenTelemetry's. */
export const tracingSettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: setting
    .url('http:', 'https:')
    .optional()
    .describe(
      'Where traces go: OTLP over HTTP, like `http://otel-collector:4318`. Without it nothing is traced, and nothing of it loaded. ' +
        'See tracing.md.',
    ),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe(
      'Share of the traces beginning here that are kept, 0 to 1; callers’ own decisions are followed.',
    ),
  OTEL_RESOURCE_ATTRIBUTES: z
    .string()
    .default('')
    .transform((list, context) => {
      const attributes: Record<string, string> = {}
      for (const pair of list.split(',').filter((part) => part.trim() !== '')) {
        const [, name, value] = /^\s*([^=\s]+)\s*=(.*)$/.exec(pair) ?? []
        if (name === undefined || value === undefined) {
          context.addIssue({ code: 'custom', message: 'must be name=value pairs, separated by commas' })
          return z.NEVER
        }
        attributes[name] = value.trim()
      }
      return attributes
    })
    .describe(
      'What is added to every span of the process, like `k8s.pod.name=order-api-7d9`, separated by commas.',
    ),
}

/** What a service's settings say about tracing. */
export interface TracingSettings {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined
  readonly OTEL_TRACES_SAMPLER_ARG: number
  readonly OTEL_RESOURCE_ATTRIBUTES: Readonly<Record<string, string>>
}
