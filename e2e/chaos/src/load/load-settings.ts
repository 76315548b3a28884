import type { Catalog } from './catalog.js'

/** Who sends. `store` does everything in its account, `partner` states prices, `shopper` sees only its own orders. */
export interface LoadCaller {
  readonly role: 'store' | 'partner' | 'shopper'
  readonly account: string
  readonly actor: string
  readonly token: string
}

/** What a load client is told at its start, as one JSON file. */
export interface LoadSettings {
  readonly seed: string
  readonly apiUrls: readonly string[]
  readonly sqsEndpoint: string
  readonly ordersQueue: string
  readonly eventsQueue: string
  readonly historyFile: string
  readonly callers: readonly LoadCaller[]
  readonly catalog: Catalog
  readonly mix: Readonly<Partial<Record<OperationName, number>>>
  /** `single`: one line, one piece, nothing special. */
  readonly orders: 'mixed' | 'single'
  /** Kinds of poison that may be sent. */
  readonly poison: readonly PoisonKind[]
  /** Whether every load phase begins with one of each kind. */
  readonly poisonFirst: boolean
}

export const POISON_KINDS = ['broken', 'invalid', 'unknown-version'] as const
export type PoisonKind = (typeof POISON_KINDS)[number]

export type OperationName =
  | 'create'
  | 'watch'
  /** Places an order and sends it again until it is answered, as a good client does. */
  | 'insist'
  | 'retry'
  | 'otherBody'
  | 'burst'
  | 'cancelAtOnce'
  | 'cancelLater'
  | 'ship'
  | 'deliver'
  | 'read'
  | 'foreignRead'
  | 'foreignCancel'
  | 'adjust'
  | 'poison'

/** How often what happens in a mixed run. */
export const MIX: LoadSettings['mix'] = {
  create: 40,
  watch: 4,
  insist: 2,
  retry: 8,
  otherBody: 4,
  burst: 2,
  cancelAtOnce: 4,
  cancelLater: 5,
  ship: 5,
  deliver: 2,
  read: 20,
  foreignRead: 2,
  foreignCancel: 1,
  adjust: 2,
  poison: 0.5,
}

/** What the orchestrator asks of a load client, one at a time; it answers with the same name when it is done. */
export type LoadRequest =
  | { readonly do: 'seed' }
  /** `mix` replaces that of the settings; `count` ends the phase sooner. */
  | {
      readonly do: 'load'
      readonly ms: number
      readonly rate: number
      readonly mix?: LoadSettings['mix']
      readonly count?: number
    }
  /** Ends the load phase that runs; answered by its answer alone. */
  | { readonly do: 'halt' }
  | { readonly do: 'read-all' }
  | { readonly do: 'stop' }
export interface LoadAnswer {
  readonly done: LoadRequest['do']
  readonly operations: number
  /** Answers by status; `none` where none came. */
  readonly answers: Readonly<Record<string, number>>
}

/** Stands in everything that must never be logged. */
export const CANARY = 'canary'
