import type { AddressInfo } from 'node:net'
import { createNullQueue } from './null-queue.js'

/** `node null-queue-main.js DELAY_MS`: the null queue on a free port of 127.0.0.1; says `listening PORT`. Answers any IPC message with its counts. */
const { server, counts } = createNullQueue({ delayMs: Number(process.argv[2] ?? 0) })
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening ${(server.address() as AddressInfo).port}\n`)
})
process.on('message', () => process.send!(counts))
process.once('disconnect', () => process.exit(0))
