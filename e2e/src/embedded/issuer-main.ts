import { parseArgs } from 'node:util'
import { startIssuer } from './issuer.js'

/**
 * The development issuer as a process of its own: `node issuer-main.js --url http://issuer:8081 [--host H] [--port N]`.
 * It signs for anybody who asks, so it belongs on a developer's machine and nowhere else.
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    host: { type: 'string', default: '0.0.0.0' },
    port: { type: 'string', default: '8081' },
  },
})
const issuer = await startIssuer({
  host: values.host,
  port: Number(values.port),
  ...(values.url === undefined ? {} : { url: values.url }),
  handsOut: {
    clientId: 'storefront',
    account: 'giftshop',
    scopes: ['orders:read', 'orders:write', 'orders:fulfil', 'catalog:read', 'catalog:write'],
    expiresInSeconds: 12 * 3_600,
  },
})
process.stdout.write(`The development issuer ${issuer.url} listens on port ${values.port}.\n`)
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => void issuer.stop().then(() => process.exit(0)))
