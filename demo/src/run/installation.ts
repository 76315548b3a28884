import { isFree } from '@comanda/e2e/embedded'
import type { MailSink, ReceivedMail, TokenRequest } from '@comanda/e2e/embedded'
import { startComposeTarget, startEmbeddedTarget } from '@comanda/e2e/targets'
import type { Target } from '@comanda/e2e/targets'
import type { Options } from '../options.js'
import { keptFolder, saveLogs } from './data-folder.js'
import { followMails } from './follow-mails.js'

/** What the replay runs on: a target with what a person who watches it needs. */
export interface Installation extends Target {
  readonly issuerUrl: string
  /** Where the services log to: a folder, or a command. */
  readonly logsAt: string
  readonly mailSink: Pick<MailSink, 'received' | 'onMail'>
  /** How often a service ended without having been asked to. */
  restarts(): number
  /** Resolves once `onMail` has been told of every mail that has come. */
  mailsTold(): Promise<void>
  /** Copies the logs of a run that will be removed; resolves with where they are. */
  saveLogs(): Promise<string>
}

export interface Installing {
  /** Clients whose tokens the API takes. */
  readonly clientIds: readonly string[]
  /** What a person's curl gets at the issuer. */
  readonly handsOut: TokenRequest
  readonly signal: AbortSignal
}

const KEPT_MAILS = 100
const LOOK_EVERY_MS = 1_000

/** Starts what `--target` names. Leaves nothing running when it rejects. */
export function install(options: Options, installing: Installing): Promise<Installation> {
  return options.target === 'compose' ? onCompose(options) : embedded(options, installing)
}

async function embedded(options: Options, { signal, ...issuing }: Installing): Promise<Installation> {
  const port = options.port + 1
  const target = await startEmbeddedTarget({
    apiPort: options.port,
    clientIds: issuing.clientIds,
    issuer: { handsOut: issuing.handsOut, ...((await isFree(port)) ? { port } : {}) },
    keepMails: KEPT_MAILS,
    signal,
    ...(options.keep ? { folder: await keptFolder(options.folder) } : {}),
  })
  return {
    ...target,
    issuerUrl: target.issuer.url,
    logsAt: `${target.folder}/logs`,
    mailsTold: () => Promise.resolve(),
    saveLogs: () => saveLogs(target.folder),
  }
}

/** The development issuer of docker-compose.yml hands out tokens of the same account. */
async function onCompose({ port }: Options): Promise<Installation> {
  const target = await startComposeTarget({
    apiPort: port,
    ...((await isFree(port + 1)) ? { issuerPort: port + 1 } : {}),
  })
  const received: ReceivedMail[] = []
  const mailSink = { received, onMail: (_mail: ReceivedMail): void => undefined }
  const mails = followMails(target, (mail) => {
    received.push(mail)
    if (received.length > KEPT_MAILS) received.shift()
    mailSink.onMail(mail)
  })
  let restarts = 0
  const looks = setInterval(() => {
    // What cannot be asked now is asked again.
    target.restarts().then(
      (count) => (restarts = count),
      () => undefined,
    )
  }, LOOK_EVERY_MS)
  return {
    ...target,
    mailSink,
    logsAt: target.logsCommand,
    mailsTold: () => mails.caughtUp(),
    restarts: () => restarts,
    saveLogs: () => target.saveLogs(),
    async stop() {
      clearInterval(looks)
      await mails.stop()
      await target.stop()
    },
  }
}
