/** What a person needs to send an order of their own. */
export function ownOrderLines(apiUrl: string, issuerUrl: string, folder: string): string {
  return [
    'Send your own order, in another terminal:',
    '',
    `  TOKEN=$(curl -s ${issuerUrl}/demo/token)`,
    `  curl -i ${apiUrl}/v1/orders -H "Authorization: Bearer $TOKEN" \\`,
    '    -H "Content-Type: application/json" -H "Idempotency-Key: my-first-order-0001" \\',
    `    -d '{"reference":"my-1","currency":"GBP","customer":{"email":"you@shop.example"},"lines":[{"sku":"85123A","quantity":2}]}'`,
    '',
    `API ${apiUrl}, its page ${apiUrl}/docs, logs ${folder}/logs. Ctrl-C stops everything.`,
  ].join('\n')
}
