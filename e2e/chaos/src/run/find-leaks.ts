import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { CANARY } from '../load/load-settings.js'
import type { ChaosWorld, Seen } from '../world/chaos-world.js'

/**
 * What nobody who operates the services may get to see: the marker that stands in every name, address, key and tracking number of the
 * load, and whatever has the form of a token (RFC 7519: two objects in base64url) or of a receipt.
 */
const PRIVATE: Readonly<Record<string, RegExp>> = {
  'personal data or a key': new RegExp(CANARY, 'i'),
  'a token': /eyJ[\w-]{10,}\.eyJ[\w-]{10,}/,
  'a receipt': /\bv\d{1,3}\.[0-9a-z]{7,9}\.[\w-]{43}/,
}
const TOLD_OF_EACH_SOURCE = 3

/** What of a text is private; undefined when nothing is. */
export function privateIn(text: string): string | undefined {
  return Object.entries(PRIVATE).find(([, form]) => form.test(text))?.[0]
}

/** Lines of all logs, and of the metrics of all replicas, that tell something private, shortened; the first few of each source. */
export async function findLeaks({ services }: ChaosWorld, { logs }: Seen): Promise<readonly string[]> {
  const leaks: string[] = []
  for (const file of await readdir(logs))
    leaks.push(...(await leaksIn(file, createInterface(createReadStream(join(logs, file), 'utf8')))))
  for (const process of Object.values(services).flat()) {
    await process.ready()
    leaks.push(...(await leaksIn(`metrics of ${process.name}`, (await process.metrics()).split('\n'))))
  }
  return leaks
}

async function leaksIn(source: string, lines: Iterable<string> | AsyncIterable<string>): Promise<string[]> {
  const leaks: string[] = []
  for await (const line of lines) {
    const what = leaks.length < TOLD_OF_EACH_SOURCE ? privateIn(line) : undefined
    if (what !== undefined) leaks.push(`${what} in ${source}: ${line.slice(0, 300)}`)
  }
  return leaks
}
