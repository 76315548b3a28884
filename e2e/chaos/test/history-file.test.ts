import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openHistory } from '../src/load/history-file.js'

const LINE = { type: 'invoke', f: 'get', account: 'a', actor: 'b', t: 1 } as const

describe('the history file', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'comanda-history-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('takes further lines after a flush that had nothing to write', async () => {
    const path = join(folder, 'history.jsonl')
    const history = await openHistory(path)
    await history.invoke({ ...LINE, i: 1 })
    await history.flush()
    await history.flush()

    await history.invoke({ ...LINE, i: 2 })
    history.end({ i: 2, type: 'ok', t: 2 })
    await history.close()

    expect((await readFile(path, 'utf8')).trimEnd().split('\n')).toHaveLength(3)
  })
})
