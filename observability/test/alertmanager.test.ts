import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { REPOSITORY_FOLDER } from '../src/folders.js'

it('keeps alerts of the worker quiet only while the worker itself has no Postgres', async () => {
  const file = join(REPOSITORY_FOLDER, 'docker/alertmanager/alertmanager.yml')
  const { inhibit_rules: rules } = parse(await readFile(file, 'utf8')) as {
    inhibit_rules: { source_matchers: string[]; target_matchers: string[]; equal: string[] }[]
  }

  const byPostgres = rules.filter(({ source_matchers: source }) =>
    source.includes('alertname = PostgresAway'),
  )

  expect(byPostgres).toHaveLength(1)
  expect(byPostgres[0]!.source_matchers).toContain('service = order-worker')
  expect(byPostgres[0]!.equal).toEqual(['namespace'])
  expect(byPostgres[0]!.target_matchers.join()).not.toContain('AcceptedOrderMissing')
})
