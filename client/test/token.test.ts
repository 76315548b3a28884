import { afterEach, describe, expect, it } from '@jest/globals'
import { createBenches, failureOf, ORDER } from './client-for-tests.js'
import { placed, problem } from './misbehaving-server.js'
import type { Step } from './misbehaving-server.js'

const refused = problem(401, 'unauthenticated')
/** Takes the newest token alone. */
const onlyToken =
  (token: string): Step =>
  (response, request) =>
    (request.headers.authorization === `Bearer ${token}` ? placed : refused)(response, request)

describe('the token', () => {
  const benches = createBenches()
  afterEach(() => benches.close())

  function issuer() {
    const asked: (string | undefined)[] = []
    return {
      asked,
      token: async (refusedToken?: string) => `token-${asked.push(refusedToken)}`,
    }
  }

  it('is asked for once for many calls', async () => {
    const { asked, token } = issuer()
    const { client } = await benches.open([placed], { token })

    await Promise.all([1, 2, 3].map(() => client.placeOrder(ORDER)))
    await client.placeOrder(ORDER)

    expect(asked).toEqual([undefined])
  })

  it('is asked for again once the API refuses it, once for all calls under way', async () => {
    const { asked, token } = issuer()
    const { client, server } = await benches.open([onlyToken('token-2')], { token })

    await Promise.all([1, 2, 3].map(() => client.placeOrder(ORDER)))

    expect(asked).toEqual([undefined, 'token-1'])
    expect(server.received).toHaveLength(6)
  })

  it('is asked for again without an attempt being spent', async () => {
    const { token } = issuer()
    const { client } = await benches.open([onlyToken('token-2')], { token, retries: { attempts: 1 } })

    expect(await client.placeOrder(ORDER)).toMatchObject({ attempts: 2 })
  })

  it('is not asked for a third time', async () => {
    const { asked, token } = issuer()
    const { client, server } = await benches.open([refused], { token })

    const error = await failureOf(client.placeOrder(ORDER))

    expect(error).toMatchObject({ code: 'unauthenticated', status: 401 })
    expect(asked).toHaveLength(2)
    expect(server.received).toHaveLength(2)
  })

  it.each([
    ['a string', 'token-1'],
    ['a function that has no other', () => 'token-1'],
  ])('is sent once where %s gives it', async (_name, token) => {
    const { client, server } = await benches.open([refused], { token })

    expect(await failureOf(client.placeOrder(ORDER))).toMatchObject({ code: 'unauthenticated' })
    expect(server.received).toHaveLength(1)
  })

  it('makes the call fail with what the function throws, and is asked for anew by the next', async () => {
    const away = new Error('the issuer is away')
    let isAway = true
    const { client } = await benches.open([placed], {
      token: () => {
        if (isAway) throw away
        return 'token-1'
      },
    })

    expect(await failureOf(client.placeOrder(ORDER))).toBe(away)
    isAway = false
    expect(await client.placeOrder(ORDER)).toMatchObject({ attempts: 1 })
  })
})
