import { expect, it } from '@jest/globals'
import { apiPage } from '../src/report/api-page.js'
import { API_VARIANTS } from '../src/suites/api-variant.js'

const quantiles = { count: 1, p50: 1, p90: 2, p99: 2, p999: 3, max: 4 }
const quiet = { foreignCores: 0, quiet: true, discarded: 0 }

it('shows every variant of order-api, and holds the one with its defaults to the goals', () => {
  const rates: Record<string, number> = {
    bare: 1_000,
    'tutorial, queue 0 ms': 100,
    'order-api, queue 0 ms': 710,
    'order-api, queue 0 ms, a log line for every request': 510,
  }
  const page = apiPage({
    postgres: '18',
    capacity: API_VARIANTS.map(({ name }) => ({
      variant: name,
      repetition: 0,
      ...quiet,
      result: {
        ordersPerSecond: rates[name] ?? 200,
        latencyMs: quantiles,
        cpuUsPerOrder: 1,
        callsPerOrder: 0.1,
        messagesPerOrder: 1,
        serverCores: 1,
        loadCores: 1,
        answers: { '202': 1 },
        windowMs: { from: 0, to: 1 },
      },
    })),
    latency: [],
    profile: { variant: 'order-api, queue 0 ms', cpuUsPerOrder: 1, parts: [] },
  })

  for (const { name } of API_VARIANTS) expect(page).toContain(`| ${name} |`)
  expect(page).toMatch(/G1 × bare, queue 0 ms .* 0\.71 /)
  expect(page).toMatch(/G2 × tutorial, queue 0 ms .* 7\.1 /)
})
