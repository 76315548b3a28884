import { createRegistry } from '@comanda/shared/metrics'
import { expect, it } from '@jest/globals'
import { createMetrics } from '../src/metrics.js'

it('counts refusals for too much load from the start, so that the first burst is a change', async () => {
  const registry = createRegistry('order-api')

  createMetrics(registry, { exemplars: false })

  expect(await registry.getSingleMetricAsString('requests_refused_total')).toMatch(/code="overloaded".* 0$/m)
})
