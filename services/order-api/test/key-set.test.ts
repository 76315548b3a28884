import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { decodeProtectedHeader } from 'jose'
import { waitForFirstKeys } from '../src/adapters/jose/first-keys.js'
import { REFRESH_COOLDOWN_MS, createKeySet } from '../src/adapters/jose/key-set.js'
import { createSigningKey, signed, startKeyServer } from './key-server.js'
import type { KeyServer, SigningKey } from './key-server.js'

let first: SigningKey
let second: SigningKey
let server: KeyServer
let now: number

beforeAll(async () => {
  ;[first, second] = await Promise.all([createSigningKey('first'), createSigningKey('second', 'ES256')])
})
beforeEach(async () => {
  server = await startKeyServer([first])
  now = Date.parse('2026-01-15T09:30:00.000Z')
})
afterEach(() => server.stop())

const minutes = (count: number) => count * 60_000
const unavailable = { code: 'authentication_unavailable' }
const unknown = { code: 'ERR_JWKS_NO_MATCHING_KEY' }

/** A key set on a clock of the test, and a look for the key of a token. */
function keySet() {
  const set = createKeySet({ uri: server.uri, now: () => new Date(now) })
  const find = async (key: SigningKey) => {
    const token = await signed(key, {})
    const [header, payload, signature] = token.split('.') as [string, string, string]
    return set.keyOf(
      { ...decodeProtectedHeader(token), alg: key.algorithm },
      { protected: header, payload, signature },
    )
  }
  return { ...set, find }
}

describe('the key set of an issuer', () => {
  it('is fetched once for many tokens', async () => {
    const { find } = keySet()

    await Promise.all(Array.from({ length: 5 }, () => find(first)))
    await find(first)

    expect(server.calls).toBe(1)
  })

  it('is fetched again, once, when tokens name a key that it does not have: the issuer has rotated', async () => {
    const { find } = keySet()
    await find(first)
    server.keys = [first, second]
    now += REFRESH_COOLDOWN_MS

    const found = await Promise.all(Array.from({ length: 20 }, () => find(second)))

    expect(found).toHaveLength(20)
    expect(server.calls).toBe(2)
  })

  it('is not fetched again and again for names that do not exist', async () => {
    const { find } = keySet()
    await find(first)
    now += REFRESH_COOLDOWN_MS

    for (let number = 0; number < 50; number += 1) await expect(find(second)).rejects.toMatchObject(unknown)
    expect(server.calls).toBe(2)
    now += REFRESH_COOLDOWN_MS - 1
    await expect(find(second)).rejects.toMatchObject(unknown)
    expect(server.calls).toBe(2)
    now += 1
    await expect(find(second)).rejects.toMatchObject(unknown)
    expect(server.calls).toBe(3)
  })

  it('no longer has a key that the issuer has withdrawn, however long nobody called', async () => {
    const { find } = keySet()
    await find(first)
    server.keys = [second]
    now += minutes(600)

    await expect(find(first)).rejects.toMatchObject(unknown)
    expect(await find(second)).toBeDefined()
  })

  it.each([
    ['away', 'away'],
    ['hanging', 'hanging'],
    ['answering nonsense', { body: '<html>' }],
    ['answering no key set', { body: '{"keys":[7]}' }],
    ['answering without end', { body: 'x'.repeat(300_000) }],
  ] as const)(
    'serves on while its endpoint is %s, for hours, with one call per distance',
    async (_name, answer) => {
      const { find } = keySet()
      await find(first)
      server.answer = answer
      const before = server.calls

      for (let step = 1; step <= 3; step += 1) {
        now += minutes(60)
        for (let number = 0; number < 10; number += 1) expect(await find(first)).toBeDefined()
      }

      expect(server.calls - before).toBeLessThanOrEqual(3)
    },
  )

  it('cannot tell about an unknown key while its endpoint is away, and can once it is back', async () => {
    const { find } = keySet()
    await find(first)
    server.answer = 'away'
    server.keys = [first, second]
    now += REFRESH_COOLDOWN_MS

    await expect(find(second)).rejects.toMatchObject(unavailable)
    await expect(find(second)).rejects.toMatchObject(unavailable)
    expect(server.calls).toBe(2)
    server.answer = 'keys'
    now += REFRESH_COOLDOWN_MS
    expect(await find(second)).toBeDefined()
  })

  it('that was never had makes every token uncheckable, and is asked for once a second', async () => {
    const { find } = keySet()
    server.answer = 'away'

    for (let number = 0; number < 10; number += 1)
      await expect(find(first)).rejects.toMatchObject(unavailable)
    expect(server.calls).toBe(1)
    server.answer = 'keys'
    now += 1_000
    expect(await find(first)).toBeDefined()
  })

  it('is taken from its own place only: a redirect is not followed', async () => {
    const { find } = keySet()
    const elsewhere = await startKeyServer([first])
    server.answer = { redirect: elsewhere.uri }

    await expect(find(first)).rejects.toMatchObject(unavailable)

    expect(elsewhere.calls).toBe(0)
    elsewhere.stop()
  })
})

describe('the first keys', () => {
  const loaded = { load: () => Promise.resolve() }
  const away = { load: () => Promise.reject(new Error('away')) }

  it('are waited for, telling which issuer is missing after every attempt', async () => {
    server.answer = 'away'
    const waiting: string[] = []
    const { load } = createKeySet({ uri: server.uri, now: () => new Date(now) })

    await waitForFirstKeys(new Map([['https://issuer.example', { load }]]), {
      othersWaitMs: 0,
      onWaiting: (issuer) => {
        waiting.push(issuer)
        if (waiting.length === 2) server.answer = 'keys'
      },
    })

    expect(waiting).toEqual(['https://issuer.example', 'https://issuer.example'])
    expect(server.calls).toBe(3)
  })

  it('of one issuer suffice when those of another one do not come in time', async () => {
    const waiting: string[] = []
    const keySets = new Map([
      ['good', loaded],
      ['lost', away],
    ])

    await waitForFirstKeys(keySets, { othersWaitMs: 1, onWaiting: (issuer) => void waiting.push(issuer) })

    expect(new Set(waiting)).toEqual(new Set(['lost']))
  })
})
