import { describe, expect, it } from '@jest/globals'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { freePort, isFree } from '../src/embedded/index.js'

describe('a free port', () => {
  it('is below those of outgoing connections, which would take it before its server does', async () => {
    expect(await freePort()).toBeLessThan(32_768)
  })

  it('is given once, though nobody has bound it yet', async () => {
    const ports = [await freePort(), await freePort(), await freePort()]

    expect(new Set(ports).size).toBe(ports.length)
  })

  it('is none that a server has', async () => {
    const before = await freePort()
    const server = createServer().listen(before + 1, '127.0.0.1')
    await once(server, 'listening')

    const after = await freePort()

    expect(after).not.toBe(before + 1)
    expect(await isFree(before + 1)).toBe(false)
    server.close()
  })
})
