import type { AddressInfo } from 'node:net'
import { createNullQueue } from './null-queue.js'

/** `node null-queue-main.js DELAY_MS [keep-ids]`: the null queue on a free port of 127.0.0.1; says `listening PORT`. Answers `ids` with the orders that it kept, any other IPC message with its counts. */
const { server, counts, ids } = createNullQueue({
  delayMs: Number(process.argv[2] ?? 0),
  keepIds: process.argv[3] === 'keep-ids',
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening ${(server.address() as AddressInfo).port}\n`)
})
process.on('message', (wanted) => process.send!(wanted === 'ids' ? [...ids] : counts))
process.once('disconnect', () => process.exit(0))
