import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { freePort } from '@comanda/e2e/embedded'
import { describe, expect, it } from '@jest/globals'
import { HEADER, madeFile } from '../retail/made-file.js'
import { runDemoProcess } from './demo-process.js'

const ONE_SENTENCE = /^[^\n]+\.\n$/

/** Ends with one sentence before anything is started: the first thing that a start says is missing. */
async function expectRefusal(args: readonly string[], sentence: RegExp): Promise<void> {
  const { code, stdout, stderr } = await runDemoProcess(args)

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(ONE_SENTENCE)
  expect(stderr).toMatch(sentence)
}

describe('npm start, used in a wrong way, ends with exit code 2 and one sentence', () => {
  it('about an option that does not exist', async () => {
    await expectRefusal(['--wrong'], /Unknown option '--wrong'/)
  })

  it('about an option whose value makes no sense', async () => {
    await expectRefusal(['--rate', 'fast'], /--rate must be a whole number .* or max, not "fast"/)
  })

  it('about a port that is in use', async () => {
    const busy = createServer().listen(0, '127.0.0.1')
    await once(busy, 'listening')
    const { port } = busy.address() as AddressInfo
    try {
      await expectRefusal(['--once', '--port', String(port)], new RegExp(`^Port ${port} is in use`))
    } finally {
      busy.close()
    }
  })

  it('about a data file that is not there', async () => {
    await expectRefusal(['--once', '--data', '/no/such/file.csv'], /\/no\/such\/file\.csv .*no such file/)
  })

  it('about a data file that is cut short', async () => {
    await using file = await madeFile('cut.csv.gz', gzipSync(`${HEADER}\n`.repeat(1_000)).subarray(0, 40))

    await expectRefusal(['--once', '--data', file.path], /cut\.csv\.gz cannot be used/)
  })

  it('about a data file with other columns', async () => {
    await using file = await madeFile('other.csv', 'id,name\n1,x\n')

    await expectRefusal(
      ['--once', '--data', file.path],
      /other\.csv cannot be used: it lacks the column InvoiceNo/,
    )
  })

  it('about a report whose folder is not there, or that is a folder', async () => {
    await using file = await madeFile('made.csv', '')
    const port = String(await freePort())

    await expectRefusal(
      ['--once', '--port', port, '--report', join(dirname(file.path), 'none', 'r.json')],
      /report cannot be written/,
    )
    await expectRefusal(
      ['--once', '--port', port, '--report', dirname(file.path)],
      /report cannot be written/,
    )
  })
})

it('prints its help and ends with exit code 0', async () => {
  const { code, stdout, stderr } = await runDemoProcess(['--help'])

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/npm start -- \[options\]/)
})
