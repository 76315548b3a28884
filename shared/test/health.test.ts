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
  const get = (path: string) => fetch(`http://127.0.0.1:${admin.port}${path}`)

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

  it('has nothing else', async () => {
    expect((await get('/debug')).status).toBe(404)
  })
})
