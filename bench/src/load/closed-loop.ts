import { quantiles } from '../measure/statistics.js'
import type { Quantiles } from '../measure/statistics.js'
import { HttpConnection } from './http-connection.js'
import { createOrderRequests } from './order-requests.js'
import type { Target } from './order-requests.js'

export interface ClosedLoopJob {
  readonly kind: 'closed'
  readonly target: Target
  readonly bodies: readonly string[]
  readonly keyPrefix: string
  readonly connections: number
  readonly warmUpSeconds: number
  readonly seconds: number
}

export interface ClosedLoopResult {
  /** Answers in the window by status; 0 = the connection broke. */
  readonly answers: Readonly<Record<string, number>>
  /** Length of the window. */
  readonly seconds: number
  readonly latencyMs: Quantiles
}

/**
 * Keeps every connection busy: as many orders as the server answers. For capacity and CPU an order only; its latencies
 * say how long the line is, not what a customer would wait. `onWindow` marks the two ends of the measured time.
 */
export async function runClosedLoop(
  job: ClosedLoopJob,
  onWindow: (edge: 'start' | 'end') => void,
): Promise<ClosedLoopResult> {
  const request = createOrderRequests(job.target, job.bodies, job.keyPrefix)
  const answers: Record<string, number> = {}
  const latencies: number[] = []
  let next = 0
  let state: 'warming' | 'measuring' | 'stopping' = 'warming'
  const connections = Array.from({ length: job.connections }, () => new HttpConnection(job.target.port))
  const loop = (connection: HttpConnection): void => {
    const sentAt = performance.now()
    connection.request(request(next++), (status) => {
      if (state === 'stopping') return
      if (state === 'measuring') {
        answers[status] = (answers[status] ?? 0) + 1
        latencies.push(performance.now() - sentAt)
      }
      // A broken connection must not turn into a hot loop.
      if (status === 0) setTimeout(loop, 10, connection)
      else loop(connection)
    })
  }
  connections.forEach(loop)
  await elapsed(job.warmUpSeconds)
  state = 'measuring'
  const startedAt = performance.now()
  onWindow('start')
  await elapsed(job.seconds)
  const seconds = (performance.now() - startedAt) / 1_000
  state = 'stopping'
  onWindow('end')
  for (const connection of connections) connection.close()
  return { answers, seconds, latencyMs: quantiles(latencies) }
}

function elapsed(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
}
