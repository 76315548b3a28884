import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

/**
 * Answers every request with a fixed 202 and reads no further than its length: what the load generator can do at most.
 * A server that comes near it is not measured any more, the generator is.
 */
const body = JSON.stringify({ id: '00000000-0000-8000-8000-000000000000', status: 'accepted' })
const answer = `HTTP/1.1 202 Accepted\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`

const server = createServer({ noDelay: true }, (socket) => {
  let received = ''
  let missing = -1
  socket.setEncoding('latin1')
  socket.on('error', () => undefined)
  socket.on('data', (chunk: unknown) => {
    if (missing === -1) {
      received += chunk as string
      const headEnd = received.indexOf('\r\n\r\n')
      if (headEnd === -1) return
      const length = Number(/\r\ncontent-length: (\d+)/.exec(received)?.[1] ?? 0)
      missing = headEnd + 4 + length - received.length
      received = ''
    } else missing -= (chunk as string).length
    if (missing > 0) return
    missing = -1
    socket.write(answer, 'latin1')
  })
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening ${(server.address() as AddressInfo).port}\n`)
})
process.once('SIGTERM', () => process.exit(0))
process.once('disconnect', () => process.exit(0))
