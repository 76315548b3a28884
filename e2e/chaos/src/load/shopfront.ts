import type { Operation } from '../checker/records.js'
import type { HistoryFile } from './history-file.js'
import type { HttpAnswer, HttpClient } from './http.js'
import { CANARY } from './load-settings.js'
import type { LoadCaller } from './load-settings.js'

/** What an operation is, before it is asked. */
export type Asked = Pick<Operation, 'f'> & Partial<Omit<Operation, 'kind' | 'i' | 't0' | 't1' | 'type'>>

/** What an answer adds to the history. */
export type Told = Partial<Pick<Operation, 'gotId' | 'version' | 'state'>>

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly key?: string
  readonly body?: unknown
}

/** Sends requests and writes down what became of them. */
export interface Shopfront {
  /** Writes the invoke, sends, writes the end. Resolves with the answer; undefined where nobody knows what happened. */
  ask(
    caller: LoadCaller,
    asked: Asked,
    call: Call,
    read?: (answer: HttpAnswer) => Told,
  ): Promise<HttpAnswer | undefined>
  /** The same for what does not travel over HTTP: `send` rejects where nobody knows what happened. */
  note(asked: Asked & Pick<Operation, 'account' | 'actor'>, send: () => Promise<void>): Promise<boolean>
  readonly operations: number
  readonly answers: Readonly<Record<string, number>>
}

export function createShopfront(parts: {
  readonly history: HistoryFile
  readonly clients: readonly HttpClient[]
}): Shopfront {
  const { history, clients } = parts
  const answers: Record<string, number> = {}
  let count = 0

  async function begin(line: Asked & Pick<Operation, 'account' | 'actor'>): Promise<number> {
    const i = ++count
    await history.invoke({ ...line, i, type: 'invoke', t: now() })
    return i
  }

  return {
    async ask(caller, asked, { method, path, key, body }, read = () => ({})) {
      const i = await begin({ ...asked, account: caller.account, actor: caller.actor })
      const client = clients[i % clients.length]!
      try {
        const answer = await client({
          method,
          path,
          headers: {
            authorization: `Bearer ${caller.token}`,
            ...(key === undefined ? {} : { 'idempotency-key': key }),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        })
        const { status, text } = answer
        answers[status] = (answers[status] ?? 0) + 1
        const type = typeOf(status)
        const leaked = status >= 400 && text.includes(CANARY)
        history.end({
          i,
          type,
          t: now(),
          status,
          ...(type === 'ok' ? read(answer) : {}),
          ...(leaked ? { leaked } : {}),
        })
        return type === 'info' ? undefined : answer
      } catch {
        answers['none'] = (answers['none'] ?? 0) + 1
        history.end({ i, type: 'info', t: now() })
        return undefined
      }
    },
    async note(asked, send) {
      const i = await begin(asked)
      try {
        await send()
        history.end({ i, type: 'ok', t: now() })
        return true
      } catch {
        history.end({ i, type: 'info', t: now() })
        return false
      }
    },
    get operations() {
      return count
    },
    answers,
  }
}

/** Nobody knows what a request did that was answered 5xx or 408; every other 4xx did nothing. */
function typeOf(status: number): 'ok' | 'fail' | 'info' {
  if (status < 400) return 'ok'
  return status >= 500 || status === 408 ? 'info' : 'fail'
}

function now(): number {
  return Math.round(performance.now() * 1_000) / 1_000
}
