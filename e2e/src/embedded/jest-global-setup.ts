import { chmod, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '@comanda/shared/postgres'
import { createServiceLogins } from './logins.js'
import { startPostgres } from './postgres.js'
import type { EmbeddedPostgres } from './postgres.js'
import { EMULATOR_ENVIRONMENT, startSqs } from './sqs.js'
import type { EmbeddedSqs } from './sqs.js'
import { POSTGRES_URL, SQS_ENDPOINT, TEMPLATE_DATABASE, administer } from './test-environment.js'

/** Servers of the whole test run; the teardown stops them. */
export interface TestServers {
  readonly postgres: EmbeddedPostgres
  readonly sqs: EmbeddedSqs
  readonly dataDir: string
}

declare global {
  var comandaTestServers: TestServers | undefined
}

/** Starts one Postgres with a migrated template database and one SQS emulator for all test files. */
export default async function globalSetup(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'comanda-test-'))
  // Postgres may run as another user (see startPostgres), who has to be able to enter.
  await chmod(dataDir, 0o711)
  const [postgres, sqs] = await Promise.all([
    startPostgres({ dataDir: join(dataDir, 'postgres'), durable: false }),
    startSqs(),
  ])
  const superuser = postgres.url('postgres')
  await administer(superuser, `create database ${TEMPLATE_DATABASE}`)
  await migrate(postgres.url(TEMPLATE_DATABASE))
  await createServiceLogins(superuser)
  Object.assign(process.env, EMULATOR_ENVIRONMENT, {
    [POSTGRES_URL]: superuser,
    [SQS_ENDPOINT]: sqs.endpoint,
  })
  globalThis.comandaTestServers = { postgres, sqs, dataDir }
}
