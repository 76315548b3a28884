import { Histogram } from 'prom-client'
import type { HistogramConfiguration, LabelValues, Registry } from 'prom-client'
import { readTraceparent } from '../tracing/traceparent.js'

/** A histogram whose buckets lead to traces. */
export interface TracedHistogram<Label extends string = never> {
  /** Counts `value`. A `traceparent` whose trace is kept becomes the example of its bucket. */
  observe(labels: LabelValues<Label>, value: number, traceparent: string | undefined): void
}

export interface TracedHistogramOptions<Label extends string> extends Pick<
  HistogramConfiguration<Label>,
  'name' | 'help'
> {
  readonly labelNames?: readonly Label[]
  readonly buckets: number[]
  /** Whether traces go anywhere; without them it is a histogram like any other. */
  readonly exemplars: boolean
}

/** Bit of the trace flags that says that a trace is kept (https://www.w3.org/TR/trace-context/#sampled-flag). */
const SAMPLED = 1

/**
 * Registers a histogram that keeps for each bucket of each series the trace of what was counted in it last, and no more:
 * an exemplar of OpenMetrics, in its label `trace_id`. The classic text format does not show them.
 */
export function createTracedHistogram<Label extends string = never>(
  registry: Registry,
  { exemplars, labelNames = [], ...options }: TracedHistogramOptions<Label>,
): TracedHistogram<Label> {
  const histogram = new Histogram<string>({
    ...options,
    labelNames,
    enableExemplars: exemplars,
    // Registered below: prom-client takes histograms with exemplars into registries of OpenMetrics only, and which
    // format is written is decided for each scrape here.
    registers: [],
  })
  registry.registerMetric(histogram)
  if (!exemplars) return { observe: (labels, value) => histogram.observe(labels, value) }
  return {
    observe(labels, value, traceparent) {
      const context = readTraceparent(traceparent)
      const isKept = context !== undefined && (context.traceFlags & SAMPLED) !== 0
      histogram.observe({ labels, value, exemplarLabels: isKept ? { trace_id: context.traceId } : {} })
    },
  }
}
