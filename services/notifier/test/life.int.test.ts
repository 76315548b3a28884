import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { mkdtemp, rm, chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startPostgres } from '@comanda/e2e/embedded'
import { migrate } from '@comanda/shared/postgres'
import pg from 'pg'
import { exampleEvent } from './example-events.js'
import { startNotifierProcess } from './notifier-process.js'
import { createSurroundings, headerOf } from './running-notifier.js'
import type { Surroundings } from './running-notifier.js'
import { until } from './until.js'

describe('the life of a notifier', () => {
  let at: Surroundings
  beforeEach(async () => {
    at = await createSurroundings({ maxReceiveCount: 3 })
  })
  afterEach(() => at.close())

  it('ends a SIGTERM with exit 0 once the mails under way are recorded, and leaves nothing claimed', async () => {
    const port = await freePort()
    const running = startNotifierProcess(
      at.settings({ ADMIN_PORT: String(port), LOG_LEVEL: 'info', SMTP_MAX_CONNECTIONS: '1' }),
    )
    await until('it is ready', () => isReady(port))
    const firstMail = new Promise<void>((resolve) => {
      at.sink.onMail = () => resolve()
    })
    await at.publish(...Array.from({ length: 50 }, () => exampleEvent()))
    await firstMail

    const code = await running.terminate()

    const rows = await at.rows()
    const sent = rows.filter(({ status }) => status === 'sent')
    expect(code).toBe(0)
    expect(rows.every(({ claimed_until }) => claimed_until === null)).toBe(true)
    expect(sent).toHaveLength(at.sink.received.length)
    expect(running.log()).not.toContain('shop.example')
  })

  it('says in one sentence which setting is missing or wrong, and exits 1', async () => {
    const running = startNotifierProcess({ ...at.settings({ SMTP_URL: 'http://mail' }), MAIL_FROM: '' })

    const code = await running.ended()

    await until('its sentence', () => running.log().includes('\n'))
    expect(code).toBe(1)
    expect(running.log()).toMatch(/^The service cannot start: .*SMTP_URL is wrong.*MAIL_FROM is missing.*\n$/)
  })

  it('takes no events while Postgres is away, and goes on by itself', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'comanda-notifier-'))
    await chmod(dataDir, 0o711)
    const options = { dataDir: join(dataDir, 'postgres'), port: await freePort() }
    let postgres = await startPostgres(options)
    const url = postgres.url('postgres')
    await migrate(url)
    const port = await freePort()
    const running = startNotifierProcess(at.settings({ DATABASE_URL: url, ADMIN_PORT: String(port) }))
    const [before, during] = [exampleEvent(), exampleEvent()]
    await at.publish(before)
    await until('the first is sent', () => at.sink.received.length === 1)

    await postgres.kill()
    await at.publish(during)
    await until('receiving has paused', async () => (await metric(port, 'consumer_paused')) === 1)
    const ready = await isReady(port)
    postgres = await startPostgres(options)

    await until('the second is sent', () => at.sink.received.length === 2, 20_000)
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await until('both are recorded', async () => {
      const { rows } = await client.query<{ count: number }>(
        `select count(*)::int from deliveries where status = 'sent'`,
      )
      return rows[0]!.count === 2
    })
    await client.end()
    const code = await running.terminate()
    await postgres.stop()
    await rm(dataDir, { recursive: true })
    // Readiness is no matter of a dependency that all replicas share.
    expect(ready).toBe(true)
    expect(code).toBe(0)
    expect(at.sink.received.map((mail) => headerOf(mail, 'X-Comanda-Event-Id'))).toEqual([
      before.id,
      during.id,
    ])
    expect(await at.queueIsEmpty()).toBe(true)
  })
})

async function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  )
}

async function metric(port: number, name: string): Promise<number | undefined> {
  const text = await fetch(`http://127.0.0.1:${port}/metrics`).then(
    (answer) => answer.text(),
    () => '',
  )
  const value = new RegExp(`^${name}\\{[^}]*\\} (.+)$`, 'm').exec(text)?.[1]
  return value === undefined ? undefined : Number(value)
}
