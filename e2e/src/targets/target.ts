import type { ReceivedMail } from '../embedded/mail-sink.js'
import type { ReceivedSpan } from '../embedded/otlp-receiver.js'
import type { TokenRequest } from '../embedded/issuer.js'

export type ServiceName = 'order-api' | 'order-worker' | 'notifier'

/** Messages that a queue holds, by state. Approximate, as SQS counts them. */
export interface QueueDepth {
  readonly visible: number
  readonly inFlight: number
  readonly delayed: number
}

export interface QueueDepths {
  readonly orders: QueueDepth
  readonly ordersDeadLetter: QueueDepth
  readonly events: QueueDepth
  readonly eventsDeadLetter: QueueDepth
}

/**
 * A running installation of Comanda that the end-to-end suite, the replay and the proof work on, whatever it runs on:
 * embedded on this machine, Docker Compose, a cluster. What only some of them can do is optional.
 */
export interface Target {
  readonly name: 'embedded' | 'compose' | 'cluster' | 'deployed'
  /** Base URL of the API, without a slash at its end. */
  readonly apiUrl: string
  /** A bearer token of the target's development issuer. */
  token(request: TokenRequest): Promise<string>
  /** Every mail that the target's mail sink took. */
  mails(): Promise<readonly ReceivedMail[]>
  depths(): Promise<QueueDepths>
  /** Superuser URL of the database, for observers that read what happened. Never used to change anything. */
  readonly databaseUrl: string
  /** Everything that the services have logged. */
  logs(): Promise<string>
  /** What every service that runs now shows to Prometheus, in the format that `accept` asks for; any by default. */
  metrics(accept?: string): Promise<string>
  /** Every span that the services have exported, as text; absent where none is collected. */
  traces?(): Promise<string>
  /** The same, read. */
  readonly spans?: readonly ReceivedSpan[]
  /** Passwords and keys of the installation, which nothing may show. */
  readonly secrets: readonly string[]
  readonly faults?: TargetFaults
  stop(): Promise<void>
}

/** What can be broken on purpose. */
export interface TargetFaults {
  /**
   * SIGKILL; the supervisor starts it again, but not before `whileAway` is over, which begins once it is dead. Resolves
   * once it is ready again.
   */
  killService(name: ServiceName, whileAway?: () => Promise<unknown>): Promise<void>
  /** Ends Postgres like a crash and starts it again on the same data after `awayMs`. */
  crashPostgres(awayMs: number): Promise<void>
  /** What the mail server answers to each mail from now on. Some servers have words of their own. */
  answerMails(
    answer: { readonly code: 250 } | { readonly code: number; readonly text: string },
  ): Promise<void>
}
