import type { Logger } from '../logging.js'
import type { TracingSettings } from './settings.js'
import type { Tracing } from './tracing.js'

/**
 * The tracing of a service, or undefined without an endpoint: then OpenTelemetry is not even loaded. Spans leave in the
 * background, at most 2,048 wait, and what cannot be sent is dropped: nothing ever waits for the collector.
 */
export async function createTracing(
  service: string,
  settings: TracingSettings,
  logger: Pick<Logger, 'info' | 'warn'>,
): Promise<Tracing | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = settings
  if (endpoint === undefined) return undefined
  const { createOpenTelemetry } = await import('./open-telemetry.js')
  return createOpenTelemetry({
    service,
    endpoint,
    ratio: settings.OTEL_TRACES_SAMPLER_ARG,
    resource: settings.OTEL_RESOURCE_ATTRIBUTES,
    onLost: (err) => logger.warn({ err }, 'spans are lost: the collector does not take them'),
    onBack: () => logger.info('the collector takes spans again'),
  })
}
