import type { ApiClient } from '../support/api-client.js'
import { newKey, orderOf } from '../support/shop.js'

/** What came of a load. */
export interface LoadReport {
  readonly sent: number
  readonly acceptedIds: readonly string[]
  /** Every request that got another answer than 202, or none. */
  readonly failures: readonly string[]
}

/** Orders that arrive evenly, whatever the answers take, each sent once: nothing hides a failure. */
export interface Load {
  readonly answered: number
  /** Resolves when every request that was sent has ended. */
  stop(): Promise<LoadReport>
}

/** Starts to send orders of one line. */
export function startLoad(client: ApiClient, sku: string, perSecond: number): Load {
  const underWay = new Set<Promise<void>>()
  const acceptedIds: string[] = []
  const failures: string[] = []
  let sent = 0
  const send = async () => {
    const at = performance.now()
    const seconds = () => `after ${Math.round(performance.now() - at)} ms`
    try {
      const answer = await client.request('POST', '/v1/orders', { key: newKey(), body: orderOf(sku) })
      if (answer.status === 202) acceptedIds.push(answer.body.id)
      else failures.push(`${answer.status} ${seconds()}: ${answer.text.slice(0, 200)}`)
    } catch (error) {
      failures.push(`${String(error)} ${seconds()}`)
    }
  }
  const timer = setInterval(() => {
    sent += 1
    const request = send()
    underWay.add(request)
    void request.finally(() => underWay.delete(request))
  }, 1_000 / perSecond)
  return {
    get answered() {
      return acceptedIds.length + failures.length
    },
    async stop() {
      clearInterval(timer)
      await Promise.all(underWay)
      return { sent, acceptedIds, failures }
    },
  }
}
