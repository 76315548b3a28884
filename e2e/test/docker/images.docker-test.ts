import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startComposeTarget } from '../../src/targets/index.js'
import type { ComposeTarget, ServiceName } from '../../src/targets/index.js'
import { startBurst } from '../support/burst.js'
import { eventually } from '../support/eventually.js'
import { createLogCanary } from '../support/log-canary.js'
import { openShop, orderOf, settledOrder } from '../support/shop.js'
import { containerOf, docker, inspect } from './docker.js'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const BASE = 'node:24-bookworm-slim'
const MIB = 1_024 * 1_024
const ABOVE_BASE_BYTES = 60 * 1_000 * 1_000
/** Of CPU, since wall time is the machine's affair: with a core to itself, a service is ready in it. */
const START_CPU_SECONDS = 2
const GRACE_MS = 20_000

const SERVICES: readonly { service: ServiceName }[] = [
  { service: 'order-api' },
  { service: 'order-worker' },
  { service: 'notifier' },
]

describe.each(SERVICES)('the image of $service', ({ service }) => {
  const image = `comanda/${service}:development`

  it('runs node as a user without rights, and says what it is', async () => {
    const [{ Config }] = await inspect(image)

    expect(Config).toMatchObject({ User: '10001:10001', StopSignal: 'SIGTERM', Cmd: null })
    // Node itself is PID 1: no shell stands between it and a signal.
    expect(Config.Entrypoint[0]).toBe('/usr/local/bin/node')
    expect(Config.Healthcheck.Test[0]).toBe('CMD')
    expect(Config.Env).toContain('NODE_ENV=production')
    expect(Config.Labels).toMatchObject({
      'org.opencontainers.image.title': `comanda ${service}`,
      'org.opencontainers.image.description': expect.stringMatching(/\w/),
      'org.opencontainers.image.source': expect.stringMatching(/^https:/),
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.version': expect.stringMatching(/\d/),
      'org.opencontainers.image.revision': expect.any(String),
    })
  })

  it('is at most 60 MB larger than the runtime', async () => {
    const [[mine], [base]] = await Promise.all([inspect(image), inspect(BASE)])

    expect(mine.Size - base.Size).toBeLessThan(ABOVE_BASE_BYTES)
  })

  it('keeps code in small layers of its own, above the dependencies', async () => {
    const history = await docker(
      'history',
      '--no-trunc',
      '--human=false',
      '--format',
      '{{.Size}}\t{{.CreatedBy}}',
      image,
    )
    const layers = history.split('\n').map((line) => line.split('\t') as [string, string])

    // Newest first. What a change of the service's code makes anew is the layer on top of all that have a size.
    const [size, command] = layers.find(([bytes]) => Number(bytes) > 0)!
    expect(command).toContain(`services/${service}/dist/src`)
    expect(Number(size)).toBeLessThan(2 * MIB)
    const code = layers.findIndex(([, made]) => made.includes(`services/${service}/dist/src`))
    const dependencies = layers.findIndex(([, made]) => /COPY .*node_modules/.test(made))
    expect(dependencies).toBeGreaterThan(code)
  })
})

describe('a change of code', () => {
  let folder: string
  /** What an image is built from, without what was built or installed here. */
  const isSource = (path: string) =>
    !/(^|\/)(node_modules|dist|\.git|data|results|[^/]+\.tsbuildinfo)$/.test(relative(ROOT, path))
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'comanda-changed-'))
    await cp(ROOT, folder, { recursive: true, filter: isSource })
    for (const { service } of SERVICES)
      await appendFile(join(folder, 'services', service, 'src/main.ts'), 'export const isChanged = true\n')
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it.each(SERVICES)('makes one layer of $service anew, and no other', async ({ service }) => {
    const changed = `comanda/${service}:changed-${Date.now()}`
    const dockerfile = join(folder, 'services/Dockerfile')
    await docker('build', '--quiet', '--file', dockerfile, '--target', service, '--tag', changed, folder)
    const [[before], [after]] = await Promise.all([
      inspect(`comanda/${service}:development`),
      inspect(changed),
    ])
    await docker('rmi', changed)

    const [kept, made]: readonly [string[], string[]] = [before.RootFS.Layers, after.RootFS.Layers]
    expect(made.slice(0, -1)).toEqual(kept.slice(0, -1))
    expect(made.at(-1)).not.toBe(kept.at(-1))
  })
})

describe('the services in containers', () => {
  let target: ComposeTarget
  const canary = createLogCanary()
  beforeAll(async () => {
    target = await startComposeTarget({ settings: { 'order-api': { ACCESS_LOG: 'on' } }, withoutTools: true })
  })
  afterAll(() => target.stop())

  const container = (service: string) => containerOf(target.project, service)

  it.each(SERVICES)(
    '$service runs on a read-only root, without capabilities and without a tool',
    async ({ service }) => {
      const id = await container(service)
      const [{ HostConfig, State, Config }] = await inspect(id)

      expect(HostConfig).toMatchObject({ ReadonlyRootfs: true, CapDrop: ['ALL'], Privileged: false })
      expect(HostConfig.SecurityOpt).toContain('no-new-privileges:true')
      expect(Object.keys(HostConfig.Tmpfs)).toContain('/usr/bin')
      expect(State.Health.Status).toBe('healthy')
      expect(Config.User).toBe('10001:10001')
      await expect(docker('exec', id, '/bin/sh', '-c', 'true')).rejects.toThrow()
    },
  )

  it.each(SERVICES)('$service is ready within two seconds of CPU', async ({ service }) => {
    const id = await container(service)
    await docker('restart', '--time', '20', id)
    await eventually('health', async () => (await inspect(id))[0].State.Health.Status === 'healthy')

    // Of PID 1 since its start: user and system time in ticks of a hundredth of a second (proc(5)).
    const read = "process.stdout.write(require('fs').readFileSync('/proc/1/stat', 'utf8'))"
    const stat = await docker('exec', id, '/usr/local/bin/node', '-e', read)
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number)

    expect((user! + system!) / 100).toBeLessThan(START_CPU_SECONDS)
  })

  it.each(SERVICES)(
    '$service exits with 0 on SIGTERM with work in hand, and nothing is lost',
    async ({ service }) => {
      const shop = await openShop(target, canary)
      await shop.stock({ HEART: { quantity: 1_000 } })
      const id = await container(service)

      const burst = startBurst(
        shop,
        Array.from({ length: 200 }, () => orderOf('HEART')),
      )
      await eventually('the first answers', () => burst.answered >= 20)
      const stoppedAt = performance.now()
      await docker('stop', '--time', String(GRACE_MS / 1_000), id)
      const [{ State }] = await inspect(id)
      const tookMs = performance.now() - stoppedAt
      await docker('start', id)
      const orders = await burst.done
      const shown = await Promise.all(orders.map((order) => settledOrder(shop, order)))

      expect(State).toMatchObject({ ExitCode: 0, OOMKilled: false })
      expect(tookMs).toBeLessThan(GRACE_MS)
      expect(new Set(shown.map(({ status }) => status))).toEqual(new Set(['confirmed']))
    },
  )

  it.each(SERVICES)('$service has written nothing outside of /tmp', async ({ service }) => {
    const written = await docker('diff', await container(service))

    expect(written.split('\n').filter((line) => line !== '' && !/^[AC] \/tmp\b/.test(line))).toEqual([])
  })

  it('the gateway and order-api call a request by one name, and a healthy run logs no error', async () => {
    const shop = await openShop(target, canary)

    const answer = await shop.request('GET', '/v1/orders')
    const id = answer.headers.get('x-request-id')
    const lines = await eventually('both log lines', async () => {
      const found = (await target.logs()).split('\n').filter((line) => line.includes(`"requestId":"${id}"`))
      return found.length >= 2 && found.map((line) => JSON.parse(line))
    })

    expect(lines.map(({ service }) => service ?? 'gateway').toSorted()).toEqual(['gateway', 'order-api'])
    expect((await target.logs()).split('\n').filter((line) => /"level":"(error|fatal)"/.test(line))).toEqual(
      [],
    )
  })
})
