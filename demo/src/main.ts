import { runDemo } from './demo.js'
import { USAGE, UsageError, parseOptions } from './options.js'
import type { Options } from './options.js'
import { DataFileError } from './retail/read-invoices.js'

/** Exit codes: 0 clean, 1 not clean or failed, 2 wrong use (nothing was started), 130 stopped the hard way. */
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    // What runs below ends by itself when this process is gone.
    if (stop.signal.aborted) process.exit(130)
    process.stdout.write('\nStopping; once more to stop at once ...\n')
    stop.abort()
  })

// Who reads along may leave (`npm start | head`): nothing can be said any more, but everything is stopped in order.
process.stdout.on('error', () => stop.abort())

try {
  const options = parseOptions(process.argv.slice(2))
  if (options === 'help') process.stdout.write(USAGE)
  else await run(options)
} catch (error) {
  const isUse = error instanceof UsageError || error instanceof DataFileError
  process.stderr.write(`${Error.isError(error) ? error.message : 'failed'}\n`)
  process.exit(isUse ? 2 : 1)
}

async function run(options: Options): Promise<void> {
  const report = await runDemo(options, process.stdout, stop.signal)
  process.exit(options.once && report?.verdict !== 'clean' ? 1 : 0)
}
