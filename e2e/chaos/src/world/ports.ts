import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below the range that systems take the ports of outgoing connections from (32,768 on Linux, 49,152 elsewhere). */
const [FIRST, LAST] = [12_000, 32_000]
const TRIES = 100
const given = new Set<number>()

/**
 * A free port of 127.0.0.1 that stays free while its owner is dead: an outgoing connection, of which there are many,
 * never takes it.
 */
export async function lastingPort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST))
    if (given.has(port) || !(await isFree(port))) continue
    given.add(port)
    return port
  }
  throw new Error('there is no free port')
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer()
  probe.listen(port, '127.0.0.1')
  try {
    await once(probe, 'listening')
    return true
  } catch {
    return false
  } finally {
    probe.close()
  }
}
