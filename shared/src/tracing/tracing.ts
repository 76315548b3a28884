import type { SpanAttributes } from './attributes.js'

/** What a span stands for: a request served, a call made, a message sent or handled, or work inside the process. */
export type SpanKind = 'server' | 'client' | 'producer' | 'consumer' | 'internal'

export interface SpanOptions {
  readonly kind: SpanKind
  /** The W3C `traceparent` that the span goes on from. Left out, the active span; without one a trace begins. */
  readonly parent?: string | undefined
  /** `traceparent` of spans that this one has to do with and that are not its parent, such as the messages of a batch. */
  readonly links?: readonly string[]
  readonly attributes?: SpanAttributes
}

/** One piece of work in a trace. Calls are cheap and never throw. */
export interface Span {
  /** The W3C `traceparent` for what goes on from here; it also says whether the trace is kept. */
  readonly traceparent: string
  set(attributes: SpanAttributes): void
  /** Marks a moment. */
  event(name: string, attributes?: SpanAttributes): void
  /** Says that the work failed: `type` is a code of a small set, never a message. */
  fail(type: string): void
  /** The span is active in what `work` starts, over its promises too. */
  run<Result>(work: () => Result): Result
  end(): void
}

/**
 * Makes spans. A service has one only where traces have a place to go: everything that can trace takes it as an option,
 * and without it neither calls nor loads anything.
 */
export interface Tracing {
  start(name: string, options: SpanOptions): Span
  /** Whether a span is active: work that nobody asked for (sweeps, figures) begins no trace of its own. */
  readonly isActive: boolean
  /** Sends what is left, within `timeoutMs`. Never rejects. */
  shutdown(timeoutMs: number): Promise<void>
}

/** Runs `work` with the span active where there is one. */
export function runIn<Result>(span: Span | undefined, work: () => Result): Result {
  return span === undefined ? work() : span.run(work)
}
