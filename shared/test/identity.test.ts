import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { callerGroup, commandId, eventId, fingerprint, orderId } from '../src/identity.js'
import { placeOrderExample } from '../src/messages/index.js'

/** Made with another program (Python's json and hashlib); they freeze the hashed form for ever. */
const order = {
  reference: '536365',
  currency: 'GBP',
  lines: [{ sku: '85123A', quantity: 6, unitPrice: '2.55' }],
}
const unicodeOrder = {
  reference: 'Pedido ñ 😀',
  currency: 'EUR',
  customer: { name: 'Zoë', language: 'es' },
  lines: [{ sku: 'm', quantity: 1 }],
  metadata: { b: '2', a: '1', '€': 'x' },
}
const ORDER_FINGERPRINT = '99a611d843f18d74d4c20f2f6906fe2ccaaed2276fcfe7190880a0a4505e9fc4'
const ORDER_ID = 'd8eddf4d-d404-876e-88fb-8af91ea87ecf'

describe('the identity of orders and commands', () => {
  it('keeps its golden vectors', () => {
    expect(fingerprint(order)).toBe(ORDER_FINGERPRINT)
    expect(
      orderId({ account: 'giftshop', actor: 'storefront' }, 'invoice-536365-first', ORDER_FINGERPRINT),
    ).toBe(ORDER_ID)
    expect(
      orderId({ account: 'giftshop', actor: 'tienda' }, 'clave-ñ-0000000001', fingerprint(unicodeOrder)),
    ).toBe('596920f8-732e-8b4b-96a8-d613f9577614')
    expect(commandId('comanda.order.cancel.v1', { account: 'giftshop', actor: 'storefront' }, ORDER_ID)).toBe(
      '686e0460-ac27-8050-8dbf-d3918fbf59cd',
    )
    expect(
      commandId(
        'comanda.stock.adjust.v1',
        { account: 'giftshop', actor: 'warehouse' },
        '85123A',
        'goods-in-2026-01-15',
      ),
    ).toBe('28272370-bc4c-80ed-9869-38dc5fb8b865')
    expect(eventId(ORDER_ID, 1)).toBe('b87e8b37-ebcf-8fb1-a12e-89b8387f4769')
  })

  it('keeps callers apart whose account, actor and key would meet when simply joined', () => {
    const framed = [
      orderId({ account: 'ab', actor: 'c' }, '0123456789abcdef', ORDER_FINGERPRINT),
      orderId({ account: 'a', actor: 'bc' }, '0123456789abcdef', ORDER_FINGERPRINT),
      orderId({ account: 'a', actor: 'b' }, 'c0123456789abcdef', ORDER_FINGERPRINT),
    ]

    expect(framed).toEqual([
      '380ea36b-f2d7-8a34-baf4-2d95c55028cb',
      '27560664-06e2-8750-8df1-8d9a4611aa50',
      '557a5911-2196-89c6-8d0c-2d46f1c5f3f2',
    ])
  })

  it('gives an order and its key the same shard, whatever the order says', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.string(),
        fc.jsonValue(),
        fc.jsonValue(),
        (account, actor, key, a, b) => {
          const caller = { account, actor }
          const shard = (body: unknown) => orderId(caller, key, fingerprint(body)).slice(0, 4)
          expect(shard(a)).toBe(shard(b))
        },
      ),
    )
  })

  it('does not depend on the order of properties', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (body) => {
        const reversed = Object.fromEntries(Object.entries(body).reverse())
        expect(fingerprint(reversed)).toBe(fingerprint(body))
      }),
    )
  })

  it('makes UUIDs of version 8 and the RFC 9562 variant', () => {
    expect(ORDER_ID).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('names a group that shows neither account nor actor', () => {
    const group = callerGroup({ account: 'giftshop', actor: 'storefront' })

    expect(group).toMatch(/^[0-9a-f]{32}$/)
    expect(group).not.toBe(callerGroup({ account: 'giftshop', actor: 'warehouse' }))
  })

  it('is what the documented example shows', () => {
    const { account, actor, data, subject } = placeOrderExample

    expect(fingerprint(data.order)).toBe(data.fingerprint)
    expect(orderId({ account, actor }, data.key, data.fingerprint)).toBe(subject)
  })
})
