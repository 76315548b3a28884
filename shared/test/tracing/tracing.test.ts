import { spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import * as conventions from '@opentelemetry/semantic-conventions/incubating'
import { SPAN_ATTRIBUTES, createTracing, readTraceparent, traceIdOf } from '../../src/tracing/index.js'
import type { Tracing } from '../../src/tracing/index.js'

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const NOT_KEPT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00'

describe('tracing', () => {
  const open: { server: Server; tracing: Tracing }[] = []
  afterEach(async () => {
    for (const { server, tracing } of open.splice(0)) {
      await tracing.shutdown(1_000)
      server.close()
      server.closeAllConnections()
    }
  })

  /** Tracing into a collector that answers `status`, and what it was told. */
  async function traced({ ratio = 1, status = 200 } = {}) {
    const bodies: string[] = []
    const said: string[] = []
    const collector = { status }
    const server = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()))
      request.on('end', () => response.writeHead(collector.status).end('{}'))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const tracing = (await createTracing(
      'order-api',
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
        OTEL_TRACES_SAMPLER_ARG: ratio,
        OTEL_RESOURCE_ATTRIBUTES: { 'k8s.pod.name': 'order-api-7d9' },
      },
      {
        warn: (...words: unknown[]) => said.push(String(words.at(-1))),
        info: (message: unknown) => said.push(String(message)),
      },
    ))!
    open.push({ server, tracing })
    return { tracing, bodies, said, collector }
  }

  it('goes on from a parent, links what has to do with it, and says who it is', async () => {
    const { tracing, bodies } = await traced()

    const span = tracing.start('process orders', {
      kind: 'consumer',
      parent: PARENT,
      links: [NOT_KEPT, 'no traceparent'],
    })
    span.set({ 'comanda.outcome': 'done', 'messaging.message.id': undefined })
    span.end()
    await tracing.shutdown(5_000)

    const [{ resource, scopeSpans }] = JSON.parse(bodies.join('')).resourceSpans
    const [sent] = scopeSpans[0].spans
    expect(traceIdOf(span.traceparent)).toBe(traceIdOf(PARENT))
    expect(sent).toMatchObject({
      name: 'process orders',
      traceId: traceIdOf(PARENT),
      parentSpanId: readTraceparent(PARENT)!.spanId,
      attributes: [{ key: 'comanda.outcome', value: { stringValue: 'done' } }],
    })
    expect(sent.links).toHaveLength(1)
    const said = Object.fromEntries(
      resource.attributes.map(({ key, value }: { key: string; value: { stringValue: string } }) => [
        key,
        value.stringValue,
      ]),
    )
    expect(said).toMatchObject({
      'service.name': 'order-api',
      'service.namespace': 'comanda',
      'k8s.pod.name': 'order-api-7d9',
    })
  })

  it('makes what work starts, over its promises, a part of the span that is active', async () => {
    const { tracing } = await traced()
    const outer = tracing.start('outer', { kind: 'internal' })

    const inner = await outer.run(async () => {
      await Promise.resolve()
      expect(tracing.isActive).toBe(true)
      return tracing.start('inner', { kind: 'internal' })
    })

    expect(tracing.isActive).toBe(false)
    expect(traceIdOf(inner.traceparent)).toBe(traceIdOf(outer.traceparent))
    expect(inner.traceparent).not.toBe(outer.traceparent)
  })

  it.each([
    ['keeps none of its own at a ratio of 0', { kind: 'server' }, 0],
    ['keeps what its caller keeps', { kind: 'server', parent: PARENT }, 1],
    ['drops what its caller drops', { kind: 'server', parent: NOT_KEPT }, 0],
    ['keeps a batch that has one message which is kept', { kind: 'consumer', links: [NOT_KEPT, PARENT] }, 1],
    ['drops a batch of messages that all are dropped', { kind: 'consumer', links: [NOT_KEPT] }, 0],
  ] as const)('%s', async (_rule, options, kept) => {
    const { tracing } = await traced({ ratio: 0 })

    const span = tracing.start('a span', options)

    expect(readTraceparent(span.traceparent)?.traceFlags).toBe(kept)
  })

  it('says once that spans are lost, and once that they arrive again', async () => {
    const { tracing, said, collector } = await traced({ status: 400 })
    const send = async (bodies: number) => {
      const before = said.length
      tracing.start('a span', { kind: 'internal' }).end()
      const deadline = performance.now() + 20_000
      while (said.length < before + bodies && performance.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 20))
    }

    await send(1)
    collector.status = 200
    await send(1)

    expect(said).toEqual([
      'spans are lost: the collector does not take them',
      'the collector takes spans again',
    ])
  })

  it('ends in time where the collector does not answer', async () => {
    const tracing = (await createTracing(
      'order-api',
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
        OTEL_TRACES_SAMPLER_ARG: 1,
        OTEL_RESOURCE_ATTRIBUTES: {},
      },
      { warn: () => undefined, info: () => undefined },
    ))!
    tracing.start('a span', { kind: 'internal' }).end()
    const startedAt = performance.now()

    await tracing.shutdown(200)

    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })

  it('loads nothing of OpenTelemetry without an endpoint', () => {
    const program = `
      import { registerHooks } from 'node:module'
      const asked = []
      registerHooks({ resolve: (name, context, next) => (asked.push(name), next(name, context)) })
      const { createTracing } = await import('${new URL('../../src/tracing/index.js', import.meta.url).href}')
      const ask = async (endpoint) => {
        const tracing = await createTracing('order-api', { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: 1, OTEL_RESOURCE_ATTRIBUTES: {} })
        return { traced: tracing !== undefined, loaded: asked.filter((name) => name.startsWith('@opentelemetry/')).length }
      }
      console.log(JSON.stringify([await ask(undefined), await ask('http://127.0.0.1:1')]))`

    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
    })

    expect(JSON.parse(stdout)).toEqual([
      { traced: false, loaded: 0 },
      { traced: true, loaded: expect.any(Number) },
    ])
    expect(JSON.parse(stdout)[1].loaded).toBeGreaterThan(3)
  })

  it('names attributes as the semantic conventions do, beside those of its own', () => {
    const known = new Set<unknown>(Object.values(conventions))

    const unknown = SPAN_ATTRIBUTES.filter((name) => !name.startsWith('comanda.') && !known.has(name))

    expect(unknown).toEqual([])
  })
})

describe('a traceparent', () => {
  it.each([
    ['of another form', '00-abc'],
    ['with a trace of zeros', '00-00000000000000000000000000000000-00f067aa0ba902b7-01'],
    ['with a span of zeros', '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01'],
    ['of the version that is invalid', 'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
    ['in capitals', PARENT.toUpperCase()],
  ])('%s is none', (_what, text) => {
    expect(readTraceparent(text)).toBeUndefined()
  })
})
