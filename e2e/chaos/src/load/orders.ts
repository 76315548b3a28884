import { CANARY } from './load-settings.js'
import type { LoadCaller, LoadSettings } from './load-settings.js'
import type { Random } from './random.js'

/** An order as it is sent. */
export interface OrderToSend {
  reference: string
  currency: string
  customer?: { id: string; email?: string; name: string; language: string }
  shipTo?: Record<string, string>
  lines: { sku: string; quantity: number; unitPrice?: string }[]
  placedAt?: string
  metadata?: Record<string, string>
}

/** Makes an order: mostly small, some for what is scarce, a few with hundreds of lines or of what does not exist. */
export function makeOrder(
  random: Random,
  caller: LoadCaller,
  { catalog, orders }: Pick<LoadSettings, 'catalog' | 'orders'>,
  number: number,
): OrderToSend {
  if (orders === 'single') return singleOrder(random.pick(catalog).sku, caller, number)
  const plenty = catalog.filter(({ stock }) => stock > 1_000)
  const scarce = catalog.filter(({ stock }) => stock <= 1_000)
  const wantsScarce = scarce.length > 0 && (plenty.length === 0 || random.chance(0.15))
  const isBig = random.chance(0.004)
  const count = isBig ? 200 + random.below(600) : wantsScarce ? 1 : 1 + random.below(5)
  const lines = Array.from({ length: count }, () => {
    const { sku, price } = random.pick(wantsScarce ? scarce : plenty)
    const quantity = 1 + random.below(3)
    return caller.role === 'partner' ? { sku, quantity, unitPrice: price } : { sku, quantity }
  })
  if (random.chance(0.02)) lines[0]!.sku = 'NOWHERE'
  const name = `${CANARY} ${number} Ñandú 注文`
  return {
    reference: `${caller.account}-${number}`,
    currency: 'GBP',
    ...(random.chance(0.85)
      ? {
          customer: {
            id: `customer-${number}`,
            name,
            language: random.pick(['en', 'es', 'fr']),
            ...(random.chance(0.9) ? { email: `${CANARY}.${number}@${caller.account}.example` } : {}),
          },
        }
      : {}),
    ...(random.chance(0.5)
      ? { shipTo: { name, line1: `${number} ${CANARY} Street`, postalCode: 'N1 9GU', country: 'GB' } }
      : {}),
    lines,
    ...(random.chance(0.3) ? { placedAt: '2026-01-15T10:30:00.250+01:00' } : {}),
    ...(random.chance(0.3)
      ? { metadata: { note: `"${number}"\t\u20ac`, 'z-last': '', 'a-first': '1' } }
      : {}),
  }
}

function singleOrder(sku: string, { account }: LoadCaller, number: number): OrderToSend {
  return {
    reference: `${account}-${number}`,
    currency: 'GBP',
    customer: {
      id: `customer-${number}`,
      name: `${CANARY} ${number}`,
      language: 'en',
      email: `${CANARY}.${number}@${account}.example`,
    },
    lines: [{ sku, quantity: 1 }],
  }
}
