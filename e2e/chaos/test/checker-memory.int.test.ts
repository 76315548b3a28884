import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from '@jest/globals'

const MADE_RUN = fileURLToPath(new URL('../src/checker/made-run-main.js', import.meta.url))

describe('the memory of the checker', () => {
  it('does not grow with the history: 300,000 operations pass through a heap of 48 MiB', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--max-old-space-size=48',
      MADE_RUN,
      '300000',
    ])

    expect(JSON.parse(stdout)).toMatchObject({ operations: 300_001, accepted: 100_000, violations: 0 })
  }, 120_000)
})
