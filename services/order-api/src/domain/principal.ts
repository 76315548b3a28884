/** What a caller may do. The `.own` forms see only the orders that the same actor placed. */
export const SCOPES = [
  'orders:read',
  'orders:read.own',
  'orders:write',
  'orders:write.own',
  'orders:fulfil',
  'orders:price',
  'catalog:read',
  'catalog:write',
] as const
export type Scope = (typeof SCOPES)[number]

/** A caller whose token was verified. */
export interface Principal {
  /** The shop: the tenant that owns catalog, orders and keys. */
  readonly account: string
  /** Who calls, as it stands in the timeline: a client of the shop, or a shopper. */
  readonly actor: string
  readonly scopes: ReadonlySet<Scope>
  /** The message group of the two, made once per token. */
  readonly group: string
}

/** The part of an account's orders that a request may see: all of them, or those of one actor. */
export interface OrderView {
  readonly account: string
  readonly actor?: string
}

/** With `scope` a caller sees the whole account, with its `.own` form only its own orders. */
export function viewOf(
  principal: Principal,
  scope: 'orders:read' | 'orders:write' | 'orders:fulfil',
): OrderView {
  return principal.scopes.has(scope)
    ? { account: principal.account }
    : { account: principal.account, actor: principal.actor }
}
