import { mkdirSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { buildApp } from 'fauxqs'

/**
 * The SQS emulator (fauxqs) as a process of its own: in one process with a service it would share its event loop.
 * `node sqs-emulator-main.js PORT [FOLDER]` listens on 127.0.0.1 only and writes one line once it is ready. With a
 * folder, queues and messages are kept there and are back after a restart.
 */
const [port = '0', folder] = process.argv.slice(2)
// fauxqs' own start function, which knows persistence, listens on every interface of the machine.
const stores = folder === undefined ? undefined : await keptStores(folder)
const app = buildApp({ logger: false, ...(stores === undefined ? {} : { stores }) })
const address = await app.listen({ port: Number(port), host: '127.0.0.1' })
process.stdout.write(`listening ${address}\n`)
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => void app.close().then(() => process.exit(0)))
process.once('disconnect', () => process.exit(0))

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>

/** What fauxqs' start function does with its `dataDir`; its classes are not among the exports of the package. */
async function keptStores(folder: string): Promise<Stores> {
  mkdirSync(folder, { recursive: true })
  const load = async <Module>(path: string) =>
    (await import(new URL(path, import.meta.resolve('fauxqs')).href)) as Module
  const [{ PersistenceManager }, { SqsStore }, { SnsStore }, { S3Store }] = await Promise.all([
    load<{ PersistenceManager: new (folder: string) => Persistence }>('./persistence.js'),
    load<{ SqsStore: new () => Stores['sqsStore'] }>('./sqs/sqsStore.js'),
    load<{ SnsStore: new () => Stores['snsStore'] }>('./sns/snsStore.js'),
    load<{ S3Store: new () => Stores['s3Store'] }>('./s3/s3Store.js'),
  ])
  const kept = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() }
  const persistence = new PersistenceManager(folder)
  // Its own statement sets the receive count to NULL, which the column forbids: the message that was given back at once
  // (visibility 0) would be in no list any more, and gone until the next start.
  const ready = persistence.db.prepare(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
  )
  persistence.updateMessageReady = (messageId) => void ready.run(messageId)
  persistence.loadSqsAndSns(kept.sqsStore, kept.snsStore)
  for (const owner of [kept.sqsStore, ...kept.sqsStore.allQueues()]) Object.assign(owner, { persistence })
  return kept
}

interface Persistence {
  readonly db: DatabaseSync
  updateMessageReady: (messageId: string) => void
  loadSqsAndSns(sqs: Stores['sqsStore'], sns: Stores['snsStore']): void
}
