import { createReadStream } from 'node:fs'
import { appendFile, mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { anchorOf } from './records.js'
import type { CheckRecord } from './records.js'

/** Files at first: one for every value of the first two digits of an anchor. */
const PARTITIONS = 256
/** So many digits of an anchor can tell records apart; all whose anchor has none lie together. */
const DIGITS = 8
const NO_DIGITS = '0'.repeat(DIGITS)
/** A file that is longer is cut by the next digit before it is read: what bounds the checker's memory. */
const MOST_BYTES = 8 * 2 ** 20
const BUFFERED_CHARACTERS = 16 * 1_024

/** Records on disk, cut by the first digits of their anchor, so that what belongs together can be read together. */
export interface Partitions {
  add(record: CheckRecord): Promise<void> | undefined
  /** One partition after the other, each whole. */
  read(): AsyncGenerator<readonly CheckRecord[]>
  remove(): Promise<void>
}

export async function createPartitions(folder: string, mostBytes = MOST_BYTES): Promise<Partitions> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const first = createSpread(join(folder, 'part'), PARTITIONS)

  async function* readWhole(path: string, depth: number): AsyncGenerator<readonly CheckRecord[]> {
    const bytes = await sizeOf(path)
    if (bytes === 0) return
    if (depth < DIGITS && bytes > mostBytes) {
      const cut = createSpread(path, 16)
      for await (const line of linesOf(path)) await cut.add(Number.parseInt(line[depth]!, 16), line)
      await rm(path)
      for await (const part of cut.paths()) yield* readWhole(part, depth + 1)
      return
    }
    const records: CheckRecord[] = []
    for await (const line of linesOf(path)) records.push(JSON.parse(line.slice(DIGITS)) as CheckRecord)
    yield records
  }

  return {
    add(record) {
      const digits = digitsOf(record)
      return first.add(Number.parseInt(digits.slice(0, 2), 16), `${digits}${JSON.stringify(record)}`)
    },
    async *read() {
      for await (const path of first.paths()) yield* readWhole(path, 2)
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

function digitsOf(record: CheckRecord): string {
  return /^[0-9a-f]{8}/.exec(anchorOf(record))?.[0] ?? NO_DIGITS
}

/** Lines, spread over so many files whose paths begin alike. */
function createSpread(prefix: string, count: number) {
  const buffers = Array.from({ length: count }, () => '')
  const path = (index: number) => `${prefix}-${index.toString(16)}`

  async function flush(index: number): Promise<void> {
    const text = buffers[index]!
    buffers[index] = ''
    if (text !== '') await appendFile(path(index), text)
  }

  return {
    add(index: number, line: string): Promise<void> | undefined {
      buffers[index] = `${buffers[index]!}${line}\n`
      return buffers[index].length > BUFFERED_CHARACTERS ? flush(index) : undefined
    },
    /** The files, each complete when its turn comes; some may not be there. */
    async *paths(): AsyncGenerator<string> {
      for (let index = 0; index < count; index += 1) {
        await flush(index)
        yield path(index)
      }
    },
  }
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => ({ size: 0 }))).size
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
