import { randomUUID } from 'node:crypto'
import express from 'express'
import type { Express, NextFunction, Request, Response } from 'express'
import { LIMITS } from '@comanda/shared/limits'
import { OrderDocument } from '@comanda/shared/messages'
import { createTokenVerifier } from '@comanda/order-api/dist/src/adapters/jose/token-verifier.js'
import type { TrustedIssuer } from '@comanda/order-api/dist/src/adapters/jose/trusted-issuer.js'

/** Takes the order somewhere before it is answered. */
export type Publish = (id: string, order: OrderDocument) => Promise<void>

/**
 * The POST /v1/orders that everybody writes first: check the token (with order-api's own verifier and cache), parse,
 * validate with the same schema, publish, answer 202. No idempotency, no receipt, no metrics, no log.
 */
export function createOrdersApp(issuers: readonly TrustedIssuer[], publish?: Publish): Express {
  const verifier = createTokenVerifier({ issuers, maxCachedTokens: 10_000, now: () => new Date() })
  const app = express()
  app.disable('x-powered-by')
  app.use(async (request: Request, response: Response, next: NextFunction) => {
    const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
    try {
      response.locals['caller'] = verifier.cached(token) ?? (await verifier.verify(token))
    } catch {
      response.status(401).json({ title: 'no valid token' })
      return
    }
    next()
  })
  app.use(express.json({ limit: LIMITS.bodyBytes }))
  app.post('/v1/orders', async (request, response) => {
    const order = OrderDocument.safeParse(request.body)
    if (!order.success) {
      response.status(422).json({ title: 'not an order' })
      return
    }
    const id = randomUUID()
    await publish?.(id, order.data)
    response.status(202).location(`/v1/orders/${id}`).json({ id, status: 'accepted' })
  })
  return app
}
