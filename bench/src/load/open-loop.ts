import { poissonSchedule } from '../measure/arrivals.js'
import { HttpConnection } from './http-connection.js'
import { createOrderRequests } from './order-requests.js'
import type { Target } from './order-requests.js'

export interface OpenLoopJob {
  readonly kind: 'open'
  readonly target: Target
  readonly bodies: readonly string[]
  readonly keyPrefix: string
  readonly ratePerSecond: number
  readonly count: number
  readonly seed: number
  /**
   * Opened before the first order and kept, as a gateway keeps them: a process of Node takes one new connection in each
   * turn of its loop (libuv 1.52), so opening them under load would be what is measured. Where all are busy, orders wait,
   * and their waiting counts.
   */
  readonly connections: number
  /** How long answers may take after the last order was due. */
  readonly patienceSeconds: number
}

/** One order of the run; instants in ms since 1970 with fractions, so that they compare with a database's. */
export interface OpenLoopOrder {
  /** When the schedule wanted it sent: what every latency counts from. */
  readonly scheduledAt: number
  /** Missing where no answer came. */
  readonly answeredAt?: number
  /** 0 = the connection broke. */
  readonly status?: number
  readonly id?: string
}

export interface OpenLoopResult {
  readonly orders: readonly OpenLoopOrder[]
  /** Orders without an answer when the last one was due. */
  readonly backlogAtEnd: number
}

/**
 * Sends at the instants of a Poisson schedule and never waits for answers, so a slow server cannot slow the load down
 * and hide its own delay (coordinated omission). The clock is a 1 ms timer: latencies are overstated by up to 1 ms.
 */
export async function runOpenLoop(job: OpenLoopJob, onStart: () => void): Promise<OpenLoopResult> {
  const request = createOrderRequests(job.target, job.bodies, job.keyPrefix)
  const schedule = poissonSchedule(job)
  const orders: { scheduledAt: number; answeredAt?: number; status?: number; id?: string }[] = []
  const all = Array.from({ length: job.connections }, () => new HttpConnection(job.target.port))
  await Promise.all(all.map((connection) => connection.open()))
  const idle = [...all]
  const held: number[] = []
  let open = 0
  let heldFrom = 0
  const now = () => performance.timeOrigin + performance.now()
  const startedAt = now() + 100
  onStart()

  const send = (index: number, connection: HttpConnection): void => {
    const order = orders[index]!
    connection.request(request(index), (status, body) => {
      order.answeredAt = now()
      order.status = status
      if (status === 202) order.id = idIn(body)
      open--
      const waiting = held[heldFrom]
      if (waiting === undefined) idle.push(connection)
      else {
        heldFrom++
        send(waiting, connection)
      }
    })
  }

  let next = 0
  await new Promise<void>((resolve) => {
    const turn = () => {
      const due = now() - startedAt
      while (next < schedule.length && schedule[next]! <= due) {
        orders.push({ scheduledAt: startedAt + schedule[next]! })
        open++
        const connection = idle.pop()
        if (connection === undefined) held.push(next)
        else send(next, connection)
        next++
      }
      if (next < schedule.length) setTimeout(turn, 1)
      else resolve()
    }
    setTimeout(turn, 1)
  })
  const backlogAtEnd = open
  const deadline = now() + job.patienceSeconds * 1_000
  await new Promise<void>((resolve) => {
    const turn = () => {
      if (open === 0 || now() > deadline) resolve()
      else setTimeout(turn, 5)
    }
    turn()
  })
  for (const connection of all) connection.close()
  return { orders, backlogAtEnd }
}

/** The order's id in a 202; cheaper than JSON.parse and as exact, for an id has one form. */
function idIn(body: string): string | undefined {
  return /"id":"([0-9a-f-]{36})"/.exec(body)?.[1]
}
