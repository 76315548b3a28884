import type { EmbeddedTarget } from '@comanda/e2e/targets'

type Addresses = Pick<EmbeddedTarget, 'apiUrl' | 'issuer' | 'folder'>

/** Where everything is. */
export function linksOf({ apiUrl, issuer, folder }: Addresses): string {
  return `API ${apiUrl} · page ${apiUrl}/docs · token ${issuer.url}/demo/token · logs ${folder}/logs`
}

/** What a person needs to send an order of their own. */
export function ownOrderLines(target: Addresses): string {
  const { apiUrl, issuer } = target
  return [
    'Send your own order, in another terminal:',
    '',
    `  TOKEN=$(curl -s ${issuer.url}/demo/token)`,
    `  curl -i ${apiUrl}/v1/orders -H "Authorization: Bearer $TOKEN" \\`,
    '    -H "Content-Type: application/json" -H "Idempotency-Key: my-first-order-0001" \\',
    `    -d '{"reference":"my-1","currency":"GBP","customer":{"email":"you@shop.example"},"lines":[{"sku":"85123A","quantity":2}]}'`,
    '',
    linksOf(target),
    'What becomes of your orders, and their mails, shows here. Ctrl-C stops everything.',
  ].join('\n')
}
