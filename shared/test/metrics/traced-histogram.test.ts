import { describe, expect, it } from '@jest/globals'
import { createRegistry, createTracedHistogram, writeMetrics } from '../../src/metrics/index.js'

const KEPT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const DROPPED = '00-aaf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00'

describe('a histogram with exemplars', () => {
  const setup = (exemplars: boolean) => {
    const registry = createRegistry('test')
    const histogram = createTracedHistogram(registry, {
      name: 'wait_seconds',
      help: 'Waits.',
      labelNames: ['queue'],
      buckets: [1, 5],
      exemplars,
    })
    /** The lines of the histogram, as whoever asks for this format sees them. */
    const lines = async (accept: string) =>
      (await writeMetrics(registry, accept)).text
        .split('\n')
        .filter((line) => line.startsWith('wait_seconds_'))
    return {
      histogram,
      openMetrics: () => lines('application/openmetrics-text'),
      classic: () => lines('*/*'),
    }
  }
  const led = (lines: readonly string[]) =>
    lines.flatMap((line) => / # \{trace_id="([0-9a-f]{32})"\} ([\d.]+) \d/.exec(line)?.slice(1, 3) ?? [])

  it('names the trace of what was counted last in each bucket, beyond the last one too', async () => {
    const { histogram, openMetrics } = setup(true)
    const other = KEPT.replace('4bf92f', 'bbbbbb')

    histogram.observe({ queue: 'orders' }, 3, other)
    histogram.observe({ queue: 'orders' }, 2, KEPT)
    histogram.observe({ queue: 'orders' }, 9, other)

    expect(led(await openMetrics())).toEqual([KEPT.slice(3, 35), '2', other.slice(3, 35), '9'])
  })

  it('leads to no trace that is not kept, and counts what has none', async () => {
    const { histogram, openMetrics } = setup(true)

    histogram.observe({ queue: 'orders' }, 2, DROPPED)
    histogram.observe({ queue: 'orders' }, 2, undefined)
    histogram.observe({ queue: 'orders' }, 2, 'nonsense')

    const lines = await openMetrics()
    expect(lines).toContain('wait_seconds_count{service="test",queue="orders"} 3')
    expect(led(lines)).toEqual([])
  })

  it('shows none in the classic format, which would not be readable with them', async () => {
    const { histogram, classic } = setup(true)

    histogram.observe({ queue: 'orders' }, 2, KEPT)

    const lines = await classic()
    expect(lines).toContain('wait_seconds_bucket{le="5",service="test",queue="orders"} 1')
    expect(lines.join('\n')).not.toContain('#')
  })

  it('keeps none where nothing traces', async () => {
    const { histogram, openMetrics } = setup(false)

    histogram.observe({ queue: 'orders' }, 2, KEPT)

    const lines = await openMetrics()
    expect(lines).toContain('wait_seconds_bucket{le="5",service="test",queue="orders"} 1')
    expect(lines.join('\n')).not.toContain('trace_id')
  })
})
