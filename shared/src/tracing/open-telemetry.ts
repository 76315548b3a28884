import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { Attributes, Context, Link, SpanContext, Span as OtelSpan } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { SpanAttributes } from './attributes.js'
import { createLinkSampler } from './link-sampler.js'
import { readTraceparent, writeTraceparent } from './traceparent.js'
import type { Span, SpanOptions, Tracing } from './tracing.js'
import { watchExports } from './watch-exports.js'

export interface OpenTelemetryOptions {
  readonly service: string
  /** Base URL of an OTLP/HTTP receiver. */
  readonly endpoint: string
  /** Share of the traces beginning here that are kept. */
  readonly ratio: number
  readonly resource: Readonly<Record<string, string>>
  /** Told once when spans begin to be lost, and once when they arrive again. */
  readonly onLost: (error: unknown) => void
  readonly onBack: () => void
}

/** Spans wait so long for company on their way to the collector. */
const EXPORT_EVERY_MS = 1_000
const EXPORT_TIMEOUT_MS = 5_000

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const

/**
 * Tracing by the OpenTelemetry SDK, exported as OTLP/HTTP. Nothing of it is global, and no module is patched: spans are
 * made where the code says so. `OTEL_EXPORTER_OTLP_HEADERS`, `_COMPRESSION` and `_CERTIFICATE` are the
 * exporter's own to read.
 */
export function createOpenTelemetry(options: OpenTelemetryOptions): Tracing {
  const exporter = new OTLPTraceExporter({
    url: new URL('v1/traces', withSlash(options.endpoint)).href,
    timeoutMillis: EXPORT_TIMEOUT_MS,
  })
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.namespace': 'comanda',
      'service.instance.id': randomUUID(),
      ...options.resource,
      'service.name': options.service,
    }),
    sampler: createLinkSampler(options.ratio),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: watchExports(exporter, options),
        scheduledDelayMillis: EXPORT_EVERY_MS,
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
      }),
    ],
  })
  const tracer = provider.getTracer('comanda')
  const active = new AsyncLocalStorage<SpanContext>()

  return {
    start(name, spanOptions) {
      const { kind, links, attributes } = spanOptions
      const span = tracer.startSpan(
        name,
        { kind: KINDS[kind], links: linksTo(links), attributes: definedOf(attributes) },
        contextOf(spanOptions, active.getStore()),
      )
      return wrap(span, active)
    },
    get isActive() {
      return active.getStore() !== undefined
    },
    async shutdown(timeoutMs) {
      const over = Promise.withResolvers<undefined>()
      const timer = setTimeout(() => over.resolve(undefined), timeoutMs)
      await Promise.race([provider.shutdown().catch(() => undefined), over.promise])
      clearTimeout(timer)
    },
  }
}

function wrap(span: OtelSpan, active: AsyncLocalStorage<SpanContext>): Span {
  return {
    get traceparent() {
      return writeTraceparent(span.spanContext())
    },
    set: (attributes) => void span.setAttributes(definedOf(attributes)),
    event: (name, attributes) => void span.addEvent(name, definedOf(attributes)),
    fail(type) {
      span.setAttribute('error.type', type)
      span.setStatus({ code: SpanStatusCode.ERROR })
    },
    run: (work) => active.run(span.spanContext(), work),
    end: () => span.end(),
  }
}

function contextOf({ parent }: SpanOptions, active: SpanContext | undefined): Context {
  const given = parent === undefined ? undefined : readTraceparent(parent)
  if (given !== undefined) return trace.setSpanContext(ROOT_CONTEXT, { ...given, isRemote: true })
  return active === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, active)
}

function linksTo(traceparents: readonly string[] = []): Link[] {
  return traceparents.flatMap((text) => {
    const linked = readTraceparent(text)
    return linked === undefined ? [] : [{ context: { ...linked, isRemote: true } }]
  })
}

function definedOf(attributes: SpanAttributes = {}): Attributes {
  const defined: Attributes = {}
  for (const [name, value] of Object.entries<Attributes[string]>(attributes))
    if (value !== undefined) defined[name] = value
  return defined
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`
}
