import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** Called once per request: with the status and the body as text, or with 0 when the connection broke. */
export type AnswerListener = (status: number, body: string) => void

const HEAD_END = '\r\n\r\n'

/**
 * One keep-alive HTTP/1.1 connection without pipelining, made for load: requests are ready-made latin1 text, answers are
 * read just far enough. It understands answers with a Content-Length, which is all that JSON services send; anything
 * else counts as a broken connection. A tenth of the CPU of a general client, so that the generator is not measured.
 */
export class HttpConnection {
  readonly #port: number
  #socket: Socket | undefined
  #received = ''
  #listener: AnswerListener | undefined

  constructor(port: number) {
    this.#port = port
  }

  get busy(): boolean {
    return this.#listener !== undefined
  }

  /** Resolves once the connection stands; rejects where it does not come to that. */
  async open(): Promise<void> {
    this.#socket ??= this.#connect()
    if (this.#socket.connecting) await once(this.#socket, 'connect')
  }

  /** Sends one request; the connection must be free. Connects first where it is not connected. */
  request(text: string, listener: AnswerListener): void {
    if (this.#listener !== undefined) throw new Error('one request at a time')
    this.#listener = listener
    this.#socket ??= this.#connect()
    this.#socket.write(text, 'latin1')
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = undefined
  }

  #connect(): Socket {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true })
    socket.setEncoding('latin1')
    socket.on('data', (chunk: unknown) => this.#read(chunk as string))
    // Every error is followed by `close`.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      if (this.#socket !== socket) return
      this.#socket = undefined
      this.#settle(0, '')
    })
    return socket
  }

  #read(chunk: string): void {
    this.#received += chunk
    const headEnd = this.#received.indexOf(HEAD_END)
    if (headEnd === -1) return
    const head = this.#received.slice(0, headEnd)
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
    if (length === undefined) {
      this.#socket?.destroy()
      return
    }
    const bodyStart = headEnd + HEAD_END.length
    const end = bodyStart + Number(length)
    if (this.#received.length < end) return
    const status = Number(this.#received.slice(9, 12))
    const body = this.#received.slice(bodyStart, end)
    this.#received = ''
    if (/\r\nconnection: *close/i.test(head)) this.close()
    this.#settle(status, body)
  }

  #settle(status: number, body: string): void {
    const listener = this.#listener
    this.#listener = undefined
    this.#received = ''
    listener?.(status, body)
  }
}
