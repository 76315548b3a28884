import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from '@jest/globals'

const mainOf = (service: string) =>
  fileURLToPath(new URL(`../../../../services/${service}/dist/src/main.js`, import.meta.url))

describe('faults in what ships', () => {
  it.each(['order-api', 'order-worker', 'notifier'])(
    '%s refuses to start where they are asked for',
    async (service) => {
      const start = promisify(execFile)(process.execPath, [mainOf(service)], {
        env: { COMANDA_FAULTS: '/dev/null' },
      })

      await expect(start).rejects.toMatchObject({
        code: 1,
        stderr: 'The service cannot start: COMANDA_FAULTS is set, which only the chaos run may do.\n',
      })
    },
  )
})
