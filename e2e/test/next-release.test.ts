import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from '@jest/globals'
import { CHART } from '../src/chart/render.js'

it('e2e/next-release.patch, the next release of the cluster’s upgrade test, fits the sources of this one', async () => {
  const root = join(CHART, '../..')

  const check = promisify(execFile)('git', ['apply', '--check', 'e2e/next-release.patch'], { cwd: root })

  await expect(check).resolves.toMatchObject({ stderr: '' })
})
