import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createReadiness, startAdminServer } from '../src/health.js'
import type { AdminServer, Readiness } from '../src/health.js'
import { createRegistry } from '../src/metrics/index.js'

describe('the admin port', () => {
  let admin: AdminServer
  let readiness: Readiness
  beforeEach(async () => {
    readiness = createReadiness()
    admin = await startAdminServer({
      host: '127.0.0.1',
      port: 0,
      readiness,
      registry: createRegistry('test'),
    })
  })
  afterEach(() => admin.close())
  const get = (path: string, accept = '*/*') =>
    fetch(`http://127.0.0.1:${admin.port}${path}`, { headers: { accept } })

  it('is alive from the start and ready only while told so', async () => {
    expect((await get('/livez')).status).toBe(200)
    expect((await get('/readyz')).status).toBe(503)

    readiness.set(true)

    expect((await get('/readyz')).status).toBe(200)
  })

  it('shows metrics under the name of the service', async () => {
    const answer = await get('/metrics')

    expect(answer.headers.get('content-type')).toContain('text/plain')
    expect(await answer.text()).toContain('process_cpu_user_seconds_total{service="test"}')
  })

  it.each([
    ['application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1', true],
    ['application/openmetrics-text; version=1.0.0', true],
    ['text/plain;version=0.0.4;q=0.5,application/openmetrics-text;version=1.0.0;q=0.4', false],
    ['text/plain;version=0.0.4', false],
    ['*/*', false],
  ])('answers %s in a format that was asked for', async (accept, isOpenMetrics) => {
    const answer = await get('/metrics', accept)

    const type = isOpenMetrics ? 'application/openmetrics-text' : 'text/plain'
    expect(answer.headers.get('content-type')).toContain(type)
    expect((await answer.text()).endsWith('# EOF\n')).toBe(isOpenMetrics)
  })

  it('names counters alike in both formats, whichever is asked for first', async () => {
    const asOpenMetrics = await (await get('/metrics', 'application/openmetrics-text')).text()
    const classic = await (await get('/metrics')).text()

    const counter = 'process_cpu_user_seconds_total{service="test"}'
    expect(asOpenMetrics).toContain(counter)
    expect(asOpenMetrics).toContain('# TYPE process_cpu_user_seconds counter')
    expect(classic).toContain(counter)
    expect(classic).toContain('# TYPE process_cpu_user_seconds_total counter')
  })

  it('has nothing else', async () => {
    expect((await get('/debug')).status).toBe(404)
  })
})
