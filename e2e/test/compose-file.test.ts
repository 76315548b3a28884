import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { z } from 'zod'

const read = (file: string) => readFile(new URL(`../../../${file}`, import.meta.url), 'utf8')
const text = await read('docker-compose.yml')
const { services } = z
  .object({
    services: z.record(
      z.string(),
      z.object({
        image: z.string(),
        ports: z.array(z.string()).default([]),
        profiles: z.array(z.string()).default([]),
        read_only: z.boolean().default(false),
        cap_drop: z.array(z.string()).default([]),
        security_opt: z.array(z.string()).default([]),
      }),
    ),
  })
  .parse(parse(text, { merge: true }))
const ALL = Object.entries(services)

describe('docker-compose.yml', () => {
  it('opens ports to this machine alone', () => {
    const ports = ALL.flatMap((service) => service[1].ports)

    expect(ports.length).toBeGreaterThan(5)
    expect(ports.filter((port) => !/^127\.0\.0\.1:\$\{[A-Z_]+:-\d+\}:\d+$/.test(port))).toEqual([])
  })

  it('gives every container a read-only root and no rights', () => {
    const others = ALL.filter(
      ([, { read_only, cap_drop, security_opt }]) =>
        !(read_only && cap_drop.includes('ALL') && security_opt.includes('no-new-privileges:true')),
    )

    expect(others.map(([name]) => name)).toEqual([])
  })

  it('names images of others by a tag that stays what it is', () => {
    const others = ALL.filter(([, { image }]) => !image.startsWith('comanda/'))

    expect(others.length).toBeGreaterThan(5)
    expect(others.filter(([, { image }]) => !/:[a-z-]*v?\d/.test(image)).map(([name]) => name)).toEqual([])
  })

  it('runs without observability unless that is asked for', () => {
    const watching = ALL.filter(([, { profiles }]) => profiles.length > 0)

    expect(watching.map(([name, { profiles }]) => `${name} ${profiles.join()}`)).toEqual([
      'prometheus observe',
      'alertmanager observe',
      'grafana grafana',
      'otel-collector traces',
      'jaeger traces',
    ])
  })

  it('takes nothing from its environment that has no default and no line in .env.example', async () => {
    const example = await read('.env.example')
    const known = new Set([...example.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name))

    const used = new Set([...text.matchAll(/\$\{([A-Z_]+)(:-|:\+|\})/g)].map(([, name]) => name))
    const withoutDefault = [...text.matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name]) => name)

    expect([...used].filter((name) => !known.has(name)).toSorted()).toEqual([])
    expect(withoutDefault).toEqual([])
  })
})
