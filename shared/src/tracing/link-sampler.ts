import { TraceFlags, trace } from '@opentelemetry/api'
import {
  AlwaysOnSampler,
  ParentBasedSampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace'
import type { Sampler } from '@opentelemetry/sdk-trace'

/**
 * Follows the parent's decision. Without a parent a span with links (a batch) is kept where one of the linked is, so
 * that no kept order leads to a batch that was not; every other trace by the ratio.
 */
export function createLinkSampler(ratio: number): Sampler {
  const byRatio = ratio >= 1 ? new AlwaysOnSampler() : new TraceIdRatioBasedSampler(ratio)
  const byParent = new ParentBasedSampler({ root: byRatio })
  return {
    shouldSample(context, traceId, name, kind, attributes, links) {
      if (links.length === 0 || trace.getSpanContext(context) !== undefined)
        return byParent.shouldSample(context, traceId, name, kind, attributes, links)
      const isKept = links.some(({ context: linked }) => (linked.traceFlags & TraceFlags.SAMPLED) !== 0)
      return { decision: isKept ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD }
    },
    toString: () => `LinkSampler(${ratio})`,
  }
}
