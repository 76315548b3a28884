import type { SpanAttributes, SpanKind, Tracing } from '../../src/tracing/index.js'

export interface RecordedSpan {
  readonly name: string
  readonly kind: SpanKind
  readonly parent: string | undefined
  readonly links: readonly string[]
  readonly traceparent: string
  readonly attributes: Record<string, unknown>
  failed: string | undefined
  ended: boolean
}

/** Tracing that keeps what it is told, for tests of what traces. Its spans have numbers in the place of ids. */
export function createRecordingTracing(): Tracing & { readonly spans: readonly RecordedSpan[] } {
  const spans: RecordedSpan[] = []
  let active = 0
  return {
    spans,
    start(name, { kind, parent, links = [], attributes = {} }) {
      const number = String(spans.length + 1)
      const span: RecordedSpan = {
        ...{ name, kind, parent, links },
        traceparent: `00-${'f'.repeat(32)}-${number.padStart(16, '0')}-01`,
        attributes: { ...attributes },
        failed: undefined,
        ended: false,
      }
      spans.push(span)
      return {
        traceparent: span.traceparent,
        set: (more: SpanAttributes) => void Object.assign(span.attributes, more),
        event: () => undefined,
        fail: (type) => void (span.failed = type),
        run(work) {
          active += 1
          try {
            return work()
          } finally {
            active -= 1
          }
        },
        end: () => void (span.ended = true),
      }
    },
    get isActive() {
      return active > 0
    },
    shutdown: () => Promise.resolve(),
  }
}
