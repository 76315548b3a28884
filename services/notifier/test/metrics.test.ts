import { createRegistry } from '@comanda/shared/metrics'
import { expect, it } from '@jest/globals'
import { createMetrics, showChannel } from '../src/metrics.js'

it('shows a channel from the start, so that its first failure and its first dead notification are a change', async () => {
  const registry = createRegistry('notifier')
  const metrics = createMetrics(registry, { exemplars: false })

  showChannel(metrics, 'email')

  const text = await registry.metrics()
  expect(text).toMatch(/^notification_sending_paused\{channel="email",.*\} 0$/m)
  for (const result of ['sent', 'refused', 'deferred', 'no_answer', 'defect', 'released'])
    expect(text).toMatch(
      new RegExp(`^notification_attempts_total\\{channel="email",result="${result}",.*\\} 0$`, 'm'),
    )
  for (const outcome of ['sent', 'superseded', 'dead'])
    expect(text).toMatch(
      new RegExp(`^notifications_total\\{channel="email",outcome="${outcome}",.*\\} 0$`, 'm'),
    )
})
