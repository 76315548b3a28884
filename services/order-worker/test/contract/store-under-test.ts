import type { Command, OrderEvent } from '@comanda/shared/messages'
import type { CommandResult } from '../../src/domain/decide-batch.js'
import type { OrderStore } from '../../src/domain/ports.js'
import { adjust, put } from '../support/commands.js'

export interface StoreView {
  order(id: string): Promise<
    | {
        readonly status: string
        readonly version: number
        readonly account: string
        readonly actor: string
        readonly reason?: string
        readonly reference?: string
        readonly total?: string
        readonly lines: readonly object[]
      }
    | undefined
  >
  timeline(id: string): Promise<readonly object[]>
  product(
    account: string,
    sku: string,
  ): Promise<{ price: string; currency: string; available: number; name?: string } | undefined>
  moved(account: string, sku: string): Promise<readonly { kind: string; quantity: number }[]>
  outcome(commandId: string): Promise<{ outcome: string; reason?: string } | undefined>
  /** Everything in the outbox. */
  events(): Promise<readonly OrderEvent[]>
  parked(): Promise<readonly { messageId: string; reason: string; body: string; orderId?: string }[]>
}

export interface StoreUnderTest {
  readonly store: OrderStore
  readonly view: StoreView
}

export type OpenShop = ReturnType<typeof shopsOf>

/** Opens shops of a test's own, with the SKUs MUG (2.50 GBP, 10 on hand) and CUP (1.25 GBP, 5 on hand). */
export function shopsOf(get: () => StoreUnderTest) {
  let shops = 0
  return async () => {
    const { store, view } = get()
    const account = `shop-${(shops += 1)}`
    const apply = async (...commands: Command[]): Promise<readonly CommandResult[]> =>
      (await store.applyAll(commands.map((command) => ({ command })))).results
    await apply(
      put('MUG', { account, price: '2.50', name: 'Mug' }),
      put('CUP', { account, price: '1.25' }),
      adjust('MUG', 10, { account }),
      adjust('CUP', 5, { account }),
    )
    const available = async (sku: string) => (await view.product(account, sku))?.available
    const eventsOf = async (id: string) => (await view.events()).filter(({ subject }) => subject === id)
    return { store, view, account, apply, available, eventsOf }
  }
}
