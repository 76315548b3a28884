import { fileURLToPath } from 'node:url'
import core from '@stoplight/spectral-core'
import type { RulesetDefinition } from '@stoplight/spectral-core'
import parsers from '@stoplight/spectral-parsers'

const { Document, Ruleset, Spectral } = core

/** Where the paths of the ruleset's overrides start. */
const RULESET_SOURCE = fileURLToPath(import.meta.url)

/**
 * What Spectral finds in an OpenAPI document, one line a finding, hints included. `path` is where the document comes
 * from: overrides of the ruleset are matched against it.
 */
export async function lintDocument(
  text: string,
  path: string,
  ruleset: RulesetDefinition,
): Promise<readonly string[]> {
  const spectral = new Spectral()
  spectral.setRuleset(new Ruleset(ruleset, { source: RULESET_SOURCE }))
  const findings = await spectral.run(new Document(text, parsers.Json, path))
  return findings.map(({ code, message, path: at, range }) => {
    const line = range.start.line + 1
    return `${path}:${line} ${String(code)}: ${message} (${at.join('/')})`
  })
}
