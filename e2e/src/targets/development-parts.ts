import type { TokenRequest } from '../embedded/issuer.js'
import type { Queues } from '../embedded/sqs.js'

/** The queues of an ElasticMQ with the settings of docker/elasticmq. */
export function queuesOf(endpoint: string, suffix: string): Queues {
  const url = (name: string) => `${endpoint}/000000000000/${name}${suffix}`
  return {
    endpoint,
    orders: url('orders'),
    ordersDeadLetter: url('orders-dead-letter'),
    events: url('order-events'),
    eventsDeadLetter: url('order-events-dead-letter'),
  }
}

/** A token of a development issuer that runs somewhere else. */
export async function tokenFrom(issuerUrl: string, request: TokenRequest): Promise<string> {
  const response = await fetch(`${issuerUrl}/demo/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  })
  if (response.status !== 200) throw new Error(`the issuer answered ${response.status}`)
  return response.text()
}
