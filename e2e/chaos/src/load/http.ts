import { Agent, request } from 'node:http'

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

export interface HttpRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** Speaks HTTP with one replica of the API over kept connections. Rejects where no whole answer comes in time. */
export type HttpClient = (asked: HttpRequest) => Promise<HttpAnswer>

export function createHttpClient(url: string, timeoutMs: number): HttpClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 512, timeout: 20_000 })
  const { hostname, port } = new URL(url)
  return ({ method, path, headers, body }) =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
      const call = request(
        { agent, hostname, port, method, path, headers: { ...headers, ...length } },
        (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (chunk: string) => (text += chunk))
          response.once('error', reject)
          response.once('close', () => {
            clearTimeout(timer)
            if (!response.complete) reject(new Error('the answer broke off'))
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
          })
        },
      )
      const timer = setTimeout(() => call.destroy(new Error('no answer in time')), timeoutMs)
      call.once('error', (error) => {
        clearTimeout(timer)
        reject(error)
      })
      call.end(body)
    })
}
