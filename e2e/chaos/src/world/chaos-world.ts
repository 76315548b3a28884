import type { Queues, TokenRequest } from '@comanda/e2e/embedded'
import type { ServiceName } from '@comanda/e2e/targets'

/** What a run needs of an installation, whatever it runs on: processes of its own, Docker Compose, a cluster. */
export interface ChaosWorld {
  readonly name: 'process' | 'compose' | 'cluster'
  readonly folder: string
  readonly apiUrls: readonly string[]
  /** Superuser, past everything that may be broken. */
  readonly databaseUrl: string
  /** As this process reaches them, past everything that may be broken. */
  readonly queues: Queues
  token(request: TokenRequest): Promise<string>
  readonly services: Readonly<Record<ServiceName, readonly Replica[]>>
  /** Ends every process of the server like a crash, and starts it on the same data after a while. */
  crashPostgres(awayMs: number): Promise<void>
  /** Ends every fault that lies between the parts. */
  calm(): Promise<void>
  /** Writes down what its observers have seen until now. */
  collect(): Promise<Seen>
  stop(): Promise<void>
}

/** One replica of a service, started again at once whenever it ends. */
export interface Replica {
  /** Like `order-worker-2`. */
  readonly name: string
  readonly restarts: number
  /** Resolves once it is carried out; where its end was asked for, a successor is on its way. */
  signal(signal: ReplicaSignal): Promise<void>
  /** Resolves once what runs now, or its successor, is ready. */
  ready(): Promise<void>
  /** Undefined while there is no process, or none that can be looked at. */
  usage(): ReplicaUsage | undefined
  /** The text of its metrics. Rejects where there is no answer. */
  metrics(): Promise<string>
}

export type ReplicaSignal = 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'

/** Resident memory in bytes, and open files. */
export interface ReplicaUsage {
  readonly rssBytes: number
  readonly openFiles: number
}

/** Files of what was seen. */
export interface Seen {
  /** One raw mail a line. */
  readonly mails: string
  /** One event a line, as it left for the queue; undefined where nobody stands on that way. */
  readonly published: string | undefined
  /** A folder of logs. */
  readonly logs: string
}
