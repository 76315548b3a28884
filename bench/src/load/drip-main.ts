import { connect } from 'node:net'

/**
 * `node drip-main.js PORT COUNT`: connections that send an order one byte a second, for as long as the server lets them;
 * each that is closed is opened again. Says `listening COUNT` once all have sent their first byte.
 */
const [port, count] = process.argv.slice(2).map(Number) as [number, number]
const REQUEST = `POST /v1/orders HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ${'a'.repeat(4_096)}`
let begun = 0

function drip(): void {
  let sent = 0
  const socket = connect(port, '127.0.0.1', () => {
    const timer = setInterval(() => socket.write(REQUEST[sent++ % REQUEST.length]!), 1_000)
    socket.once('close', () => clearInterval(timer))
    if (++begun === count) process.stdout.write(`listening ${count}\n`)
  })
  socket.on('error', () => undefined)
  socket.resume()
  socket.once('close', () => setTimeout(drip, 100))
}
for (let started = 0; started < count; started++) drip()
process.once('disconnect', () => process.exit(0))
