import { connect } from 'node:net'

/**
 * `node drip-main.js PORT COUNT TOKEN`: connections that send a byte a second, for as long as the server lets them; each
 * that is closed is opened again. Half of them send their headers so, the others the body of an order that `TOKEN` may
 * place. Says `listening COUNT` once all have sent their first byte.
 */
const [port, count] = process.argv.slice(2).map(Number) as [number, number]
const token = process.argv[4]
const SLOW = 'a'.repeat(4_096)
const START = 'POST /v1/orders HTTP/1.1\r\nhost: 127.0.0.1\r\n'
const HEAD = [
  `${START}authorization: Bearer ${token}`,
  'content-type: application/json',
  `content-length: ${SLOW.length}`,
  'idempotency-key: slow-slow-slow-slow',
].join('\r\n')
/** What is sent at once, and what follows it byte by byte. */
const REQUESTS = [
  { atOnce: '', slowly: `${START}x-slow: ${SLOW}` },
  { atOnce: `${HEAD}\r\n\r\n`, slowly: `{"${SLOW}` },
] as const
let begun = 0

function drip(request: (typeof REQUESTS)[number]): void {
  let sent = 0
  const socket = connect(port, '127.0.0.1', () => {
    socket.write(request.atOnce)
    const timer = setInterval(() => socket.write(request.slowly[sent++ % request.slowly.length]!), 1_000)
    socket.once('close', () => clearInterval(timer))
    if (++begun === count) process.stdout.write(`listening ${count}\n`)
  })
  socket.on('error', () => undefined)
  socket.resume()
  socket.once('close', () => setTimeout(drip, 100, request))
}
for (let started = 0; started < count; started++) drip(REQUESTS[started % REQUESTS.length]!)
process.once('disconnect', () => process.exit(0))
