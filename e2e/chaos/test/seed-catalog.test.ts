import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openHistory } from '../src/load/history-file.js'
import { createHttpClient } from '../src/load/http.js'
import type { LoadSettings } from '../src/load/load-settings.js'
import { seedCatalog } from '../src/load/seed-catalog.js'
import { createShopfront } from '../src/load/shopfront.js'

describe('the seeding of the catalog', () => {
  let folder: string
  const stock = new Map<string, number>()
  const keys: unknown[] = []
  let writes = 0
  /** Every first write is shed, as a replica does that has just started on a busy machine. */
  const api = createServer((request, response) => {
    const [, , , sku = '', isStock] = (request.url ?? '').split('/')
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      if (request.method === 'GET') {
        const available = stock.get(sku)
        response.writeHead(available === undefined ? 404 : 200)
        response.end(JSON.stringify({ available }))
        return
      }
      writes += 1
      keys.push(request.headers['idempotency-key'])
      if (writes % 2 === 1) {
        response.writeHead(503).end('{}')
        return
      }
      const { delta } = JSON.parse(body) as { delta?: number }
      stock.set(sku, isStock === undefined ? 0 : stock.get(sku)! + delta!)
      response.writeHead(202).end('{}')
    })
  })
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'comanda-seed-'))
    await once(api.listen(0, '127.0.0.1'), 'listening')
  })
  afterAll(async () => {
    api.closeAllConnections()
    api.close()
    await rm(folder, { recursive: true })
  })

  it('gives a product and its stock again, under the same key, until they are accepted', async () => {
    const history = await openHistory(join(folder, 'history.jsonl'))
    const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`
    const shopfront = createShopfront({ history, clients: [createHttpClient(url, 1_000)] })

    await seedCatalog(
      {
        seed: 's',
        callers: [{ role: 'store', account: 'alpha', actor: 'alpha-store', token: 't' }],
        catalog: [{ sku: 'ONLY', price: '9.99', stock: 60 }],
      } as unknown as LoadSettings,
      shopfront,
    )
    await history.close()

    expect(stock).toEqual(new Map([['ONLY', 60]]))
    const [put, putAgain, adjust, adjustAgain] = keys
    expect([putAgain, adjustAgain, keys.length]).toEqual([put, adjust, 4])
    const puts = (await readFile(join(folder, 'history.jsonl'), 'utf8')).match(/"f":"put","cmd":"[^"]+"/g)
    expect(puts).toEqual([puts![0], puts![0]])
  })
})
