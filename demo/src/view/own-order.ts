import type { Installation } from '../run/installation.js'

type Addresses = Pick<Installation, 'apiUrl' | 'issuerUrl' | 'logsAt'>

/** Where everything is. */
export function linksOf({ apiUrl, issuerUrl, logsAt }: Addresses): string {
  return `API ${apiUrl} · page ${apiUrl}/docs · token ${issuerUrl}/demo/token · logs ${logsAt}`
}

/** What a person needs to send an order of their own. */
export function ownOrderLines(target: Addresses): string {
  const { apiUrl, issuerUrl } = target
  return [
    'Send your own order, in another terminal:',
    '',
    `  TOKEN=$(curl -s ${issuerUrl}/demo/token)`,
    `  curl -i ${apiUrl}/v1/orders -H "Authorization: Bearer $TOKEN" \\`,
    '    -H "Content-Type: application/json" -H "Idempotency-Key: my-first-order-0001" \\',
    `    -d '{"reference":"my-1","currency":"GBP","customer":{"email":"you@shop.example"},"lines":[{"sku":"85123A","quantity":2}]}'`,
    '',
    linksOf(target),
    'What becomes of your orders, and their mails, shows here. Ctrl-C stops everything.',
  ].join('\n')
}
