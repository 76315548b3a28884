import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Stopwatch } from '../host/foreign-cpu.js'
import { HttpConnection } from '../load/http-connection.js'
import type { Storefront } from '../installation/storefront.js'
import { quantiles } from '../measure/statistics.js'
import type { Quantiles } from '../measure/statistics.js'

export const WAITERS = 1_000
const ACCOUNT = 'large'
const ROUNDS = 10
const WARM_UP_ROUNDS = 6
/** They come at this rate: a thousand in one instant would be shed. */
const ARRIVALS_PER_SECOND = 400
/** Until the last that came waits. */
const SETTLE_MS = 500

export interface WaitFigures {
  /** From the commit of the change to the last byte of each answer, ms, over all rounds. */
  readonly heard: Quantiles
  /** The last answer of each round, ms. */
  readonly lastOfRound: readonly number[]
}

/** Rounds of a thousand reads that wait, each for an order of its own, all of which change in one commit. */
export async function waitForChanges(
  port: number,
  storefront: Pick<Storefront, 'readerOf'>,
  databaseUrl: string,
  watch: Stopwatch,
): Promise<WaitFigures> {
  const token = await storefront.readerOf(ACCOUNT)
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query<{ readonly id: string }>(
    `select id from orders where account_id = '${ACCOUNT}' order by accepted_at desc limit ${WAITERS}`,
  )
  const ids = rows.map(({ id }) => id)
  const connections = ids.map(() => new HttpConnection(port))
  await Promise.all(connections.map((connection) => connection.open()))
  const rounds: (readonly number[])[] = []
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round += 1) {
    if (round === WARM_UP_ROUNDS) watch.start()
    const answers: Promise<number>[] = []
    for (const [index, connection] of connections.entries()) {
      answers.push(waitOn(connection, ids[index]!, token, round + 1))
      await delay(1_000 / ARRIVALS_PER_SECOND)
    }
    await delay(SETTLE_MS)
    await client.query('begin')
    await client.query('update orders set version = version + 1 where id = any($1)', [ids])
    const committedAt = performance.now()
    await client.query('commit')
    rounds.push((await Promise.all(answers)).map((answeredAt) => answeredAt - committedAt))
  }
  watch.stop()
  for (const connection of connections) connection.close()
  await client.end()
  const measured = rounds.slice(WARM_UP_ROUNDS)
  return {
    heard: quantiles(measured.flat()),
    lastOfRound: measured.map((latencies) => Math.max(...latencies)),
  }
}

/** Resolves with the time at which the new version came. */
async function waitOn(
  connection: HttpConnection,
  id: string,
  token: string,
  version: number,
): Promise<number> {
  const request = [
    `GET /v1/orders/${id} HTTP/1.1`,
    'host: 127.0.0.1',
    `authorization: Bearer ${token}`,
    `if-none-match: "${version}"`,
    'prefer: wait=30',
    '\r\n',
  ].join('\r\n')
  return new Promise((resolve, reject) => {
    connection.request(request, (status) => {
      if (status === 200) resolve(performance.now())
      else reject(new Error(`a waiting read was answered ${status}`))
    })
  })
}
