import type { Queues } from '@comanda/e2e/embedded'

/** The same queues as the services reach them. */
export function behind(queues: Queues, port: number): Queues {
  const endpoint = `http://127.0.0.1:${port}`
  const moved = (url: string) => endpoint + new URL(url).pathname
  return {
    endpoint,
    orders: moved(queues.orders),
    ordersDeadLetter: moved(queues.ordersDeadLetter),
    events: moved(queues.events),
    eventsDeadLetter: moved(queues.eventsDeadLetter),
  }
}
