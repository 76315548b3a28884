import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { z } from 'zod'

/** A span as it arrived, with the service that made it. */
export interface ReceivedSpan {
  readonly service: string
  readonly name: string
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly attributes: Readonly<Record<string, unknown>>
  readonly failed: boolean
}

/** Takes spans as an OpenTelemetry Collector does: OTLP over HTTP, in JSON. */
export interface OtlpReceiver {
  readonly port: number
  readonly spans: readonly ReceivedSpan[]
  /** Everything that was sent, as it was. */
  readonly text: string
  stop(): Promise<void>
}

const KINDS = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const
const FAILED = 2

const AnyValue = z.union([
  z.object({ stringValue: z.string() }).transform(({ stringValue }) => stringValue),
  z.object({ boolValue: z.boolean() }).transform(({ boolValue }) => boolValue),
  z.object({ intValue: z.coerce.number() }).transform(({ intValue }) => intValue),
  z.object({ doubleValue: z.number() }).transform(({ doubleValue }) => doubleValue),
])
const Attributes = z
  .array(z.object({ key: z.string(), value: AnyValue }))
  .default([])
  .transform((pairs) => Object.fromEntries(pairs.map(({ key, value }) => [key, value])))

/** What is looked at of an ExportTraceServiceRequest. Source: opentelemetry-proto, trace/v1/trace.proto. */
const Export = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: Attributes }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              name: z.string(),
              kind: z.number(),
              traceId: z.string().length(32),
              spanId: z.string().length(16),
              parentSpanId: z.string().optional(),
              links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
              attributes: Attributes,
              status: z.object({ code: z.number().optional() }).optional(),
            }),
          ),
        }),
      ),
    }),
  ),
})

/** Starts a receiver on a free port of `host`, 127.0.0.1 by default. What is no OTLP is refused with 400. */
export async function startOtlpReceiver({ host = '127.0.0.1' } = {}): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = []
  const bodies: string[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const read = request.url === '/v1/traces' ? Export.safeParse(parsed(body)) : undefined
      if (read?.success !== true) return response.writeHead(400).end()
      bodies.push(body)
      spans.push(...spansOf(read.data))
      return response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return {
    port: (server.address() as AddressInfo).port,
    spans,
    get text() {
      return bodies.join('\n')
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function spansOf({ resourceSpans }: z.infer<typeof Export>): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ kind, parentSpanId, status, ...span }) => ({
        ...span,
        service: String(resource.attributes['service.name']),
        kind: KINDS[kind] ?? 'internal',
        parentSpanId: parentSpanId === '' ? undefined : parentSpanId,
        failed: status?.code === FAILED,
      })),
    ),
  )
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
