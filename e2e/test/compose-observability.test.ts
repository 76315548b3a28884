import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { z } from 'zod'

// Images of Grafana, the collector and the trace store are not to be had everywhere: what they are told is looked at here.
const read = (file: string) => readFile(new URL(`../../../${file}`, import.meta.url), 'utf8')
const Strings = z.array(z.string())
const { services } = z
  .object({
    services: z.record(
      z.string(),
      z.object({ volumes: Strings.default([]), command: z.union([z.string(), Strings]).default([]) }),
    ),
  })
  .parse(parse(await read('docker-compose.yml'), { merge: true }))

/** Where a container finds what the repository has at a path. */
const mounted = (service: string, source: string) =>
  services[service]!.volumes.flatMap((volume) => {
    const [from, to] = volume.split(/:(?=\/)/)
    return from === source ? [to!.replace(/:ro$/, '')] : []
  })

describe('Grafana', () => {
  it('finds its data sources where the services of docker-compose.yml are, and the way from an exemplar to its trace', async () => {
    const { datasources } = z
      .object({
        datasources: z.array(
          z.object({
            uid: z.string(),
            type: z.string(),
            url: z.url(),
            jsonData: z
              .object({
                exemplarTraceIdDestinations: z.array(
                  z.object({ name: z.string(), datasourceUid: z.string() }),
                ),
              })
              .optional(),
          }),
        ),
      })
      .parse(parse(await read('docker/grafana/provisioning/datasources/comanda.yml')))

    expect(datasources.map(({ type, url }) => `${type} ${url}`)).toEqual([
      'prometheus http://prometheus:9090',
      'jaeger http://jaeger:16686',
    ])
    expect(datasources.every(({ url }) => new URL(url).hostname in services)).toBe(true)
    const [prometheus, traces] = datasources
    expect(prometheus!.jsonData?.exemplarTraceIdDestinations).toEqual([
      { name: 'trace_id', datasourceUid: traces!.uid },
    ])
  })

  it('finds the dashboards where they are mounted', async () => {
    const { providers } = z
      .object({ providers: z.array(z.object({ options: z.object({ path: z.string() }) })) })
      .parse(parse(await read('docker/grafana/provisioning/dashboards/comanda.yml')))

    expect(providers.map(({ options }) => options.path)).toEqual(
      mounted('grafana', './observability/dashboards'),
    )
    expect(mounted('grafana', './docker/grafana/provisioning')).toEqual(['/etc/grafana/provisioning'])
  })
})

describe('the OpenTelemetry Collector', () => {
  it('takes traces where the services and the gateway send them, and hands them to the trace store', async () => {
    const { receivers, processors, exporters, service } = z
      .object({
        receivers: z.object({
          otlp: z.object({ protocols: z.record(z.string(), z.object({ endpoint: z.string() })) }),
        }),
        processors: z.record(z.string(), z.unknown()),
        exporters: z.record(z.string(), z.object({ endpoint: z.string() })),
        service: z.object({
          pipelines: z.object({
            traces: z.object({ receivers: Strings, processors: Strings, exporters: Strings }),
          }),
        }),
      })
      .parse(parse(await read('docker/otel-collector/config.yml')))
    const { traces } = service.pipelines

    expect(receivers.otlp.protocols['http']?.endpoint).toBe('0.0.0.0:4318')
    const told = {
      'docs/tracing.md': 'http://otel-collector:4318',
      'docker/envoy/envoy.yaml': 'http://otel-collector:4318/v1/traces',
    }
    for (const [file, endpoint] of Object.entries(told)) expect(await read(file)).toContain(endpoint)
    expect(traces.receivers).toEqual(Object.keys(receivers))
    expect(traces.processors.toSorted()).toEqual(Object.keys(processors).toSorted())
    expect(traces.exporters).toEqual(Object.keys(exporters))
    for (const { endpoint } of Object.values(exporters))
      expect(endpoint.split(':')[0]! in services).toBe(true)
    const [config] = mounted('otel-collector', './docker/otel-collector/config.yml')
    expect(services['otel-collector']!.command).toEqual([`--config=${config}`])
  })
})
