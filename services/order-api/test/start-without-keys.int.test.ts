import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { createTestDatabase, createTestQueues, freePort } from '@comanda/e2e/embedded'
import type { Queues, TestDatabase } from '@comanda/e2e/embedded'
import request from 'supertest'
import { createSigningKey, signed, startKeyServer } from './key-server.js'
import type { KeyServer, SigningKey } from './key-server.js'
import { environmentFor } from './service-for-tests.js'
import { killProcesses, run } from './service-process.js'

const ISSUER = 'https://issuer.example'

let queues: Queues
let database: TestDatabase
let key: SigningKey
let keyServer: KeyServer | undefined

beforeAll(async () => {
  ;[queues, database, key] = await Promise.all([
    createTestQueues(),
    createTestDatabase(),
    createSigningKey('rs'),
  ])
})

afterEach(() => {
  killProcesses()
  keyServer?.stop()
})

afterAll(() => database.drop())

/** Runs the service while nobody answers where the keys should be. */
async function runWithoutKeys() {
  const [keyPort, port, adminPort] = [await freePort(), await freePort(), await freePort()]
  const service = run({
    ...environmentFor({ database, queues, issuer: { settings: () => '' } }),
    LOG_LEVEL: 'info',
    PORT: String(port),
    ADMIN_PORT: String(adminPort),
    AUTH_ISSUERS: JSON.stringify([
      {
        issuer: ISSUER,
        jwksUri: `http://127.0.0.1:${keyPort}/jwks`,
        algorithms: ['RS256'],
        audiences: ['orders'],
        account: { constant: 'giftshop' },
      },
    ]),
  })
  const waiting = await service.told('the start waits for the key set of an issuer')
  const admin = request(`http://127.0.0.1:${adminPort}`)
  return { service, waiting, keyPort, admin, api: request(`http://127.0.0.1:${port}`) }
}

describe('a start without the key set of its issuer', () => {
  it('waits, says so, takes no request yet, and goes on once the keys are there', async () => {
    const { service, waiting, keyPort, admin, api } = await runWithoutKeys()

    expect(waiting).toMatchObject({ level: 'warn', issuer: ISSUER, err: { cause: 'ECONNREFUSED' } })
    expect((await admin.get('/livez')).status).toBe(200)
    expect((await admin.get('/readyz')).status).toBe(503)
    await expect(api.get('/v1/orders')).rejects.toMatchObject({ code: 'ECONNREFUSED' })

    keyServer = await startKeyServer([key], keyPort)
    await service.told('started')

    const claims = {
      iss: ISSUER,
      sub: 'storefront',
      aud: 'orders',
      exp: Date.now() / 1_000 + 60,
      scope: 'orders:read',
    }
    const authorization = `Bearer ${await signed(key, claims)}`
    expect((await admin.get('/readyz')).status).toBe(200)
    expect((await api.get('/v1/orders').set({ authorization })).status).toBe(200)
  })

  it('ends at once on SIGTERM', async () => {
    const { service } = await runWithoutKeys()

    service.child.kill('SIGTERM')

    expect(await service.exited).toBe(0)
    expect(service.said.err).toBe('')
  })
})
