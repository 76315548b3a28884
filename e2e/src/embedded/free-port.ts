import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Below the range that systems take the ports of outgoing connections from (32,768 on Linux, 49,152 elsewhere): a port
 * of that one can be gone before its server has bound it, or while its server is dead.
 */
const FIRST = 12_000
const COUNT = 20_000

/** Processes begin at places of their own and go up from there, so two that look at once do not meet. */
let next = Math.floor(Math.random() * COUNT)

/**
 * A free port of 127.0.0.1. It is given once in this process, and stays free while its owner is dead. Rejects when
 * every port of the range is in use.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < COUNT; tries += 1) {
    const port = FIRST + next
    next = (next + 1) % COUNT
    if (await isFree(port)) return port
  }
  throw new Error(`no port from ${FIRST} to ${FIRST + COUNT - 1} is free`)
}

/** Whether nobody listens on a port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  const probe = createServer()
  probe.listen(port, '127.0.0.1')
  try {
    await once(probe, 'listening')
  } catch {
    return false
  }
  probe.close()
  await once(probe, 'close')
  return true
}
