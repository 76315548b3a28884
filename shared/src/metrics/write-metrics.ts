import { Registry } from 'prom-client'
import type { OpenMetricsContentType } from 'prom-client'

/** The metrics of a process in one of the two formats that Prometheus reads. */
export interface WrittenMetrics {
  readonly contentType: string
  readonly text: string
}

/**
 * Writes what a registry holds in the format that an `Accept` header asks for: OpenMetrics, which alone has exemplars,
 * where it is preferred; the classic text format otherwise.
 */
export async function writeMetrics(registry: Registry, accept: string | undefined): Promise<WrittenMetrics> {
  const written = prefersOpenMetrics(accept) ? openMetricsOf(registry) : registry
  return { contentType: written.contentType, text: await written.metrics() }
}

/**
 * The same metrics as OpenMetrics. prom-client takes `_total` off the names of counters for good when it writes them so;
 * here that happens to a view of each, and the registry goes on in the classic format.
 */
function openMetricsOf(registry: Registry): Registry<OpenMetricsContentType> {
  const views = () => registry.getMetricsAsArray().map((metric) => viewOf(metric, 'name', metric.name))
  const written = viewOf(registry, 'getMetricsAsArray', views) as unknown as Registry<OpenMetricsContentType>
  written.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  return written
}

/** An object that is another one in all but one property. */
function viewOf<Thing extends object, Key extends keyof Thing>(
  of: Thing,
  key: Key,
  value: Thing[Key],
): Thing {
  return Object.create(of, { [key]: { value, writable: true } }) as Thing
}

function prefersOpenMetrics(accept = ''): boolean {
  const wanted = weightOf(accept, 'application/openmetrics-text')
  return wanted > 0 && wanted >= weightOf(accept, 'text/plain')
}

/** The weight that a header gives to a type, 1 where it says none and 0 where it does not name it (RFC 9110, 12.5.1). */
function weightOf(accept: string, type: string): number {
  const range = accept.split(',').find((one) => one.trim().toLowerCase().startsWith(type))
  if (range === undefined) return 0
  const [, weight = '1'] = /;\s*q=([\d.]+)/i.exec(range) ?? []
  return Number(weight)
}
