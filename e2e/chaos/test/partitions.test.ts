import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createPartitions } from '../src/checker/partitions.js'
import type { CheckRecord } from '../src/checker/records.js'

const idOf = (number: number) => createHash('sha256').update(String(number)).digest('hex')
const dead = (sha: string, queue: string): CheckRecord => ({ kind: 'dead-letter', sha, queue })

describe('the partitions of a history', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'comanda-partitions-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  async function through(records: readonly CheckRecord[], mostBytes: number) {
    const partitions = await createPartitions(join(folder, 'parts'), mostBytes)
    for (const record of records) await partitions.add(record)
    const read: (readonly CheckRecord[])[] = []
    for await (const part of partitions.read()) read.push(part)
    await partitions.remove()
    return read
  }

  it('are cut until each is small, and hold everything once', async () => {
    // The first two digits would leave each at about 3 records, were it not cut again.
    const records = Array.from({ length: 800 }, (_, number) => dead(idOf(number), `queue ${number}`))

    const read = await through(records, 150)

    expect(Math.max(...read.map(({ length }) => length))).toBeLessThan(3)
    expect(read.flat().length).toBe(800)
    expect(new Set(read.flat().map((record) => JSON.stringify(record))).size).toBe(800)
  })

  it('keep what belongs together together, however much it is', async () => {
    const records = Array.from({ length: 200 }, (_, number) => dead(idOf(number % 5), `queue ${number}`))

    const read = await through(records, 500)

    expect(read.map(({ length }) => length)).toEqual([40, 40, 40, 40, 40])
  })

  it('take records whose anchor is no number', async () => {
    const records = [dead('none', 'a'), dead('', 'b'), dead(idOf(1), 'c')]

    const read = await through(records, 1)

    expect(read.map(({ length }) => length).toSorted()).toEqual([1, 2])
  })
})
