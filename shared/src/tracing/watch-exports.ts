import type { SpanExporter } from '@opentelemetry/sdk-trace'

/** Tells of an exporter's failures once when they begin, and once when they end. */
export function watchExports(
  exporter: SpanExporter,
  { onLost, onBack }: { readonly onLost: (error: unknown) => void; readonly onBack: () => void },
): SpanExporter {
  let isLosing = false
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.error !== undefined
        if (failed && !isLosing) onLost(result.error)
        if (!failed && isLosing) onBack()
        isLosing = failed
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  }
}
