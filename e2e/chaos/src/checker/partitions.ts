import { createReadStream } from 'node:fs'
import { appendFile, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { anchorOf } from './records.js'
import type { CheckRecord } from './records.js'

/** So many records lie in memory together as one in 256 of all: what bounds the checker's memory. */
const PARTITIONS = 256
const BUFFERED_CHARACTERS = 16 * 1_024

/** Records on disk, cut by the first byte of their anchor, so that what belongs together can be read together. */
export interface Partitions {
  add(record: CheckRecord): Promise<void> | undefined
  /** One partition after the other, each whole. */
  read(): AsyncGenerator<readonly CheckRecord[]>
  remove(): Promise<void>
}

export async function createPartitions(folder: string): Promise<Partitions> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const buffers = Array.from({ length: PARTITIONS }, () => '')
  const file = (partition: number) => join(folder, `${partition.toString(16).padStart(2, '0')}.jsonl`)

  async function flush(partition: number): Promise<void> {
    const text = buffers[partition]!
    buffers[partition] = ''
    if (text !== '') await appendFile(file(partition), text)
  }

  return {
    add(record) {
      const partition = Number.parseInt(anchorOf(record).slice(0, 2), 16) || 0
      buffers[partition] = `${buffers[partition]!}${JSON.stringify(record)}\n`
      return buffers[partition].length > BUFFERED_CHARACTERS ? flush(partition) : undefined
    },
    async *read() {
      for (let partition = 0; partition < PARTITIONS; partition += 1) {
        await flush(partition)
        const records: CheckRecord[] = []
        for await (const line of linesOf(file(partition))) records.push(JSON.parse(line) as CheckRecord)
        if (records.length > 0) yield records
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** The lines of a text file, one at a time; none where there is no file. A last line without its end is left out. */
export async function* linesOf(path: string): AsyncGenerator<string> {
  const stream = createReadStream(path, { encoding: 'utf8', highWaterMark: 256 * 1_024 })
  let rest = ''
  try {
    for await (const chunk of stream) {
      const lines = (rest + (chunk as string)).split('\n')
      rest = lines.pop()!
      yield* lines
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
