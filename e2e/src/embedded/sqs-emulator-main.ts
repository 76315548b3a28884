import { buildApp } from 'fauxqs'

/**
 * The SQS emulator (fauxqs) as a process of its own: in one process with a service it would share its event loop.
 * `node sqs-emulator-main.js PORT` listens on 127.0.0.1 only and writes one line once it is ready.
 */
const port = Number(process.argv[2] ?? 0)
const app = buildApp({ logger: false })
// fauxqs' own start function listens on every interface of the machine.
const address = await app.listen({ port, host: '127.0.0.1' })
process.stdout.write(`listening ${address}\n`)
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => void app.close().then(() => process.exit(0)))
process.once('disconnect', () => process.exit(0))
