import type { AddressInfo } from 'node:net'
import { createMailSink } from './mail-sink.js'

/** The mail sink as a process of its own. Says `listening PORT`; answers any IPC message with what it took. */
const { server, taken } = createMailSink()
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening ${(server.address() as AddressInfo).port}\n`)
})
process.on('message', () => process.send!(taken))
process.once('disconnect', () => process.exit(0))
