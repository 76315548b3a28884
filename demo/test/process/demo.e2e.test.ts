import { chmod, mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '@comanda/e2e/embedded'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Report } from '../../src/run/report.js'
import { runDemoProcess, startDemo } from './demo-process.js'
import { descendantsOf, stillRunning } from './descendants.js'

const RUN_TIMEOUT_MS = 120_000

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'comanda-demo-test-'))
  // As root, Postgres runs as another user, who has to be able to enter.
  await chmod(folder, 0o711)
})
afterAll(() => rm(folder, { recursive: true }))

/** Replays the first 60 invoices (six of which are cancellations) at full speed. */
async function replayOnce(...more: readonly string[]) {
  const file = join(folder, 'report.json')
  const port = String(await freePort())
  const run = await runDemoProcess([
    ...['--once', '--orders', '60', '--rate', 'max', '--port', port, '--report', file],
    ...more,
  ])
  return { ...run, report: JSON.parse(await readFile(file, 'utf8')) as Report }
}

describe('npm start -- --once', () => {
  it(
    'replays real invoices through the whole pipeline and finds nothing lost or doubled',
    async () => {
      const { code, stdout, stderr, report } = await replayOnce()

      expect({ code, stderr, findings: report.findings }).toEqual({ code: 0, stderr: '', findings: [] })
      expect(report).toMatchObject({
        verdict: 'clean',
        sent: 60,
        lost: 0,
        duplicated: 0,
        unanswered: 0,
        replayed: 0,
      })
      const rejected = Object.values(report.rejected).reduce((sum, count) => sum + count, 0)
      expect(report.confirmed + rejected).toBe(report.accepted)
      expect(report.notified).toBe(report.notifiable)
      expect(report.notifiable).toBeGreaterThan(0)
      expect(report.totals.accepted['GBP']).toMatch(/^\d+(\.\d+)?$/)
      for (const stage of ['accepted', 'confirmed', 'notified'] as const) {
        const { p50, p99 } = report.latencyMs[stage]
        expect(p99).toBeGreaterThanOrEqual(p50)
      }
      expect(stdout).toContain('VERDICT: clean')
      expect(stdout).toMatch(/Subject: .*\n[^]*Total: £/)
    },
    RUN_TIMEOUT_MS,
  )
})

describe('npm start -- --keep', () => {
  it(
    'goes on from the kept folder: what was sent before is answered as known, and nothing happens twice',
    async () => {
      const kept = join(folder, 'kept')

      const first = await replayOnce('--folder', kept)
      const second = await replayOnce('--folder', kept)

      expect([first.code, first.report.findings]).toEqual([0, []])
      expect([second.code, second.report.findings]).toEqual([0, []])
      expect(second.report).toMatchObject({
        replayed: first.report.accepted,
        accepted: first.report.accepted,
        confirmed: first.report.confirmed,
        rejected: first.report.rejected,
        totals: first.report.totals,
        notifiable: 0,
        notified: 0,
      })
      expect(await readdir(kept)).toContain('postgres')
    },
    2 * RUN_TIMEOUT_MS,
  )
})

describe('Ctrl-C', () => {
  it(
    'takes an order of the user, then ends everything in order with exit code 0',
    async () => {
      const port = await freePort()
      const demo = startDemo(['--orders', '20', '--rate', 'max', '--port', String(port)])
      await demo.said('Ctrl-C stops everything')
      const started = await descendantsOf(demo.pid)
      const tokenUrl = /http:\S+\/demo\/token/.exec(demo.stdout())![0]
      const token = await (await fetch(tokenUrl)).text()

      const answer = await fetch(`http://127.0.0.1:${port}/v1/orders`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': 'my-first-order-0001',
        },
        body: JSON.stringify({
          reference: 'my-1',
          currency: 'GBP',
          customer: { email: 'you@shop.example' },
          lines: [{ sku: '85123A', quantity: 2 }],
        }),
      })
      await demo.said('Your order my-1 is confirmed')
      demo.kill('SIGINT')
      const code = await demo.ended

      expect([answer.status, code, demo.stderr()]).toEqual([202, 0, ''])
      expect(started.length).toBeGreaterThanOrEqual(5)
      expect(await stillRunning(started)).toEqual([])
    },
    RUN_TIMEOUT_MS,
  )

  it(
    'stops a replay on the way',
    async () => {
      const demo = startDemo(['--rate', '5', '--port', String(await freePort())])
      await demo.said('Replaying')
      const started = await descendantsOf(demo.pid)
      demo.kill('SIGINT')

      const code = await demo.ended

      expect([code, demo.stderr()]).toEqual([0, ''])
      expect(demo.stdout()).not.toContain('VERDICT')
      expect(await stillRunning(started)).toEqual([])
    },
    RUN_TIMEOUT_MS,
  )

  it(
    'ends at once when it comes twice, and what was started ends by itself',
    async () => {
      const demo = startDemo(['--rate', '5', '--port', String(await freePort())])
      await demo.said('Replaying')
      const started = await descendantsOf(demo.pid)
      demo.kill('SIGINT')
      await demo.said('Stopping')
      demo.kill('SIGINT')

      const code = await demo.ended

      expect(code).toBe(130)
      // No answer to wait for: the services drain, and Postgres closes its files.
      const deadline = performance.now() + 30_000
      let left = await stillRunning(started)
      while (left.length > 0 && performance.now() < deadline) {
        await delay(50)
        left = await stillRunning(started)
      }
      expect(left).toEqual([])
    },
    RUN_TIMEOUT_MS,
  )
})
