import { callerGroup } from '@comanda/shared/identity'
import type { OrderDocument } from '@comanda/shared/messages'
import { expectedCommandId, sha256 } from '../checker/identity.js'
import type { Operation } from '../checker/records.js'
import { makeOrder } from '../load/orders.js'
import type { LoadCaller } from '../load/load-settings.js'
import { adjustAsked, placeAsked, putAsked } from '../load/asked.js'
import { createRandom } from '../load/random.js'
import type { Random } from '../load/random.js'
import type { Ground, SimulatedApi } from './processes.js'
import type { VirtualTime } from './virtual-time.js'

/** The clients of a simulated run and what they remember. */
export interface SimulatedClients {
  readonly operations: Operation[]
  seed(): void
  operate(number: number): void
  /** A last look at every order, straight at what is stored. */
  readAll(): void
}

const CATALOG = [
  { sku: 'PLENTY-1', price: '2.50', stock: 100_000 },
  { sku: 'PLENTY-2', price: '3.05', stock: 100_000 },
  { sku: 'HOT-1', price: '19.99', stock: 8 },
] as const
/** Nobody orders it: its stock is what comes in and goes out again. */
const SWINGING = { sku: 'SWING-1', price: '1.00' } as const
const CALLERS: readonly LoadCaller[] = ['alpha', 'beta'].map((account) => ({
  role: 'store',
  account,
  actor: `${account}-store`,
  token: '',
}))

interface Known {
  readonly caller: LoadCaller
  readonly key: string
  readonly order: OrderDocument
  readonly id: string
  receipt?: string
}

export function createSimulatedClients(parts: {
  readonly ground: Ground
  readonly api: () => SimulatedApi
  readonly time: VirtualTime
  readonly seed: string
}): SimulatedClients {
  const { ground, api, time, seed } = parts
  const operations: Operation[] = []
  const known: Known[] = []

  /** Notes the operation now and its end when it comes; one that never ends nobody knows about. */
  function ask(
    caller: LoadCaller,
    said: Pick<Operation, 'f'> & Partial<Operation>,
    work: () => Promise<Partial<Operation>>,
  ): void {
    const { account, actor } = caller
    const at = operations.length
    const begun: Operation = { ...said, kind: 'op', i: at, account, actor, t0: time.now() }
    operations.push({ ...begun, type: 'info' })
    work().then(
      (told) => (operations[at] = { ...begun, ...told, type: 'ok', t1: time.now() }),
      (error: unknown) => {
        const { code } = error as { code?: string }
        const isRefusal = code !== undefined && !['queue_unavailable', 'overloaded'].includes(code)
        operations[at] = { ...begun, type: isRefusal ? 'fail' : 'info', t1: time.now() }
      },
    )
  }

  function place(caller: LoadCaller, key: string, order: OrderDocument): void {
    const asked = placeAsked(caller, key, order as Parameters<typeof placeAsked>[2])
    const about: Known = { caller, key, order, id: asked.id! }
    ask(caller, asked, async () => {
      const { id, receipt } = await api().place({ principal: principalOf(caller), key, order })
      known.push({ ...about, receipt })
      return { gotId: id, status: 202 }
    })
  }

  function move(caller: LoadCaller, { id, receipt }: Known, name: 'cancel' | 'ship' | 'deliver'): void {
    const type = `comanda.order.${name}.v1` as const
    const data = name === 'ship' ? { carrier: 'DHL', trackingNumber: '1' } : {}
    ask(caller, { f: name, id, cmd: expectedCommandId(type, caller, id, null) }, async () => {
      const { commandId } = await api().command({
        principal: principalOf(caller),
        command: { type, target: id, data } as never,
        receipt,
      })
      return { gotId: commandId, status: 202 }
    })
  }

  /** A stock change of a product that nobody puts waits in vain, so this client does not give up. */
  function putUntilAccepted(caller: LoadCaller, sku: string, price: string): void {
    const [type, key] = ['comanda.product.put.v1', 'put'] as const
    ask(caller, putAsked(caller, sku, key), async () => {
      try {
        const gotId = await api().product({
          principal: principalOf(caller),
          command: { type, target: sku, data: { name: sku, price, currency: 'GBP' }, key },
        })
        return { gotId, status: 202 }
      } catch (error) {
        putUntilAccepted(caller, sku, price)
        throw error
      }
    })
  }

  /** `covered` says that the same client had an answer before to a change that makes room for this one. */
  function adjust(
    caller: LoadCaller,
    sku: string,
    delta: number,
    key: string,
    { covered = false, then = () => undefined }: { covered?: boolean; then?: () => void } = {},
  ): void {
    ask(caller, { ...adjustAsked(caller, sku, delta, key), ...(covered ? { covered } : {}) }, async () => {
      const gotId = await api().product({
        principal: principalOf(caller),
        command: { type: 'comanda.stock.adjust.v1', target: sku, data: { delta, reason: 'counted' }, key },
      })
      then()
      return { gotId, status: 202 }
    })
  }

  /** Comes in, and once that is answered, goes out again. */
  function swing(caller: LoadCaller, pieces: number, key: string): void {
    const { sku } = SWINGING
    adjust(caller, sku, pieces, `${key}-in`, {
      then: () => adjust(caller, sku, -pieces, `${key}-out`, { covered: true }),
    })
  }

  function poison(caller: LoadCaller, number: number): void {
    const id = sha256(`${seed} poison ${number}`)
    const uuid = `${id.slice(0, 8)}-${id.slice(8, 12)}-8${id.slice(13, 16)}-8${id.slice(17, 20)}-${id.slice(20, 32)}`
    const { account, actor } = caller
    const body = JSON.stringify({
      ...{ specversion: '1.0', id: uuid, source: '/chaos', type: 'comanda.order.place.v1', subject: uuid },
      ...{ time: new Date().toISOString(), datacontenttype: 'application/json', account, actor },
      data: { nonsense: number },
    })
    ground.queues.put('orders', body)
    const said = {
      kind: 'op',
      i: operations.length,
      account,
      actor,
      type: 'ok',
      t0: time.now(),
      t1: time.now(),
    } as const
    operations.push({ ...said, f: 'poison', poison: 'invalid', sha: sha256(body), id: uuid })
    operations.push({ ...said, f: 'poison-order', poison: 'invalid', id: uuid })
  }

  return {
    operations,
    seed() {
      for (const caller of CALLERS) {
        putUntilAccepted(caller, SWINGING.sku, SWINGING.price)
        for (const { sku, price, stock } of CATALOG) {
          putUntilAccepted(caller, sku, price)
          adjust(caller, sku, stock, `stock-of-${caller.account}-${sku}`)
        }
      }
    },
    operate(number) {
      const random: Random = createRandom(`${seed} operation ${number}`)
      const caller = random.pick(CALLERS)
      const key = `simulated-key-${seed}-${String(number).padStart(6, '0')}`
      const order = () =>
        makeOrder(random, caller, { catalog: CATALOG, orders: 'mixed' }, number) as OrderDocument
      const one = known.length === 0 ? undefined : random.pick(known)
      const what = random.weighted({
        place: 8,
        retry: 3,
        otherBody: 2,
        burst: 1,
        cancel: 3,
        ship: 2,
        deliver: 1,
        adjust: 1,
        swing: 2,
        poison: 0.5,
      })
      if (what === 'adjust') adjust(caller, random.pick(CATALOG).sku, 1 + random.below(5), key)
      else if (what === 'swing') swing(caller, 1 + random.below(5), key)
      else if (what === 'poison') poison(caller, number)
      else if (what === 'burst') {
        const same = order()
        for (let copy = 0; copy < 3; copy += 1) place(caller, key, same)
      } else if (what === 'place' || one === undefined) place(caller, key, order())
      else if (what === 'retry') place(one.caller, one.key, one.order)
      else if (what === 'otherBody')
        place(one.caller, one.key, { ...one.order, reference: `other-${number}` })
      else move(one.caller, one, what)
    },
    readAll() {
      for (const { id, caller } of new Map(known.map((one) => [one.id, one])).values()) {
        const order = ground.orders.orders.get(id)
        const { account, actor } = caller
        operations.push({
          ...{
            kind: 'op',
            i: operations.length,
            f: 'final-get',
            account,
            actor,
            id,
            t0: time.now(),
            t1: time.now(),
          },
          ...(order === undefined
            ? { type: 'fail', status: 404 }
            : { type: 'ok', status: 200, version: order.version, state: order.status }),
        })
      }
    },
  }
}

function principalOf({ account, actor }: LoadCaller) {
  const scopes = new Set(['orders:read', 'orders:write', 'orders:fulfil', 'catalog:write'] as const)
  return { account, actor, scopes, group: callerGroup({ account, actor }) }
}
