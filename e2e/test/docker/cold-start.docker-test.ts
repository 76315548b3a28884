import { describe, expect, it } from '@jest/globals'
import { startComposeTarget } from '../../src/targets/index.js'
import { startBurst } from '../support/burst.js'
import { createLogCanary } from '../support/log-canary.js'
import { openShop, orderOf, settledOrder } from '../support/shop.js'
import { belongingsOf, docker } from './docker.js'

const MIB = 1_024 * 1_024

describe('docker compose up --wait', () => {
  it.each([1, 2, 3, 4, 5])(
    'comes up from nothing, and `down -v` leaves nothing: time %i of five',
    async () => {
      const target = await startComposeTarget()
      const had = await belongingsOf(target.project)
      const health = await fetch(`${target.apiUrl}/openapi.json`)

      await target.stop()

      expect(had.length).toBeGreaterThanOrEqual(10)
      expect(health.status).toBe(200)
      expect(await belongingsOf(target.project)).toEqual([])
    },
  )

  it('takes less than 1 GiB in all while orders come, and none of it logs an error', async () => {
    const target = await startComposeTarget()
    const shop = await openShop(target, createLogCanary())
    await shop.stock({ HEART: { quantity: 1_000 } })
    const orders = await startBurst(
      shop,
      Array.from({ length: 300 }, () => orderOf('HEART')),
    ).done
    await Promise.all(orders.map((order) => settledOrder(shop, order)))
    const ids = (
      await docker('ps', '--quiet', '--filter', `label=com.docker.compose.project=${target.project}`)
    ).split('\n')

    const logs = await docker('compose', '-p', target.project, 'logs', '--no-color')
    const used = await docker('stats', '--no-stream', '--format', '{{.MemUsage}}', ...ids)
    await target.stop()

    const bytes = used.split('\n').map((line) => bytesOf(line.split(' / ')[0]!))
    expect(bytes).toHaveLength(8)
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(1_024 * MIB)
    const lines = logs.split('\n')
    expect(lines.filter((line) => line.includes('"msg":"answered"')).length).toBeGreaterThan(300)
    expect(lines.filter((line) => /\berror\b|\bfatal\b/i.test(line))).toEqual([])
  })
})

function bytesOf(text: string): number {
  const [, number, unit] = /^([\d.]+)(KiB|MiB|GiB)$/.exec(text) ?? []
  const factor = { KiB: 1_024, MiB: MIB, GiB: 1_024 * MIB }[unit ?? '']
  if (number === undefined || factor === undefined) throw new Error(`no size: ${text}`)
  return Number(number) * factor
}
