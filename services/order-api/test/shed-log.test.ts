import { createLogger } from '@comanda/shared/logging'
import { createRegistry } from '@comanda/shared/metrics'
import { expect, it } from '@jest/globals'
import { createMetrics } from '../src/metrics.js'
import { createShedLog } from '../src/request-log.js'

it('counts a shed order against the goal of the intake, and everything else without a route', async () => {
  const registry = createRegistry('order-api')
  const shed = createShedLog(
    createLogger('order-api', 'silent'),
    createMetrics(registry, { exemplars: false }),
  )

  shed({ method: 'POST', url: '/v1/orders' })
  shed({ method: 'POST', url: '/v1/orders' })
  shed({ method: 'GET', url: '/v1/orders/an-id-that-is-no-label' })
  shed({ method: 'BREW', url: '/coffee' })

  const { values } = await registry.getSingleMetric('http_request_duration_seconds')!.get()
  const counts = values
    .filter(({ labels }) => labels['le'] === '+Inf')
    .map(({ labels, value }) => {
      const { route, method, status } = labels
      return [route, method, status, value]
    })
  expect(counts).toEqual([
    ['/v1/orders', 'POST', 503, 2],
    ['none', 'GET', 503, 1],
    ['none', 'other', 503, 1],
  ])
  expect(await registry.getSingleMetricAsString('requests_refused_total')).toMatch(/code="overloaded".* 4$/m)
})
