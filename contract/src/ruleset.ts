import { createRequire } from 'node:module'
import type { RuleDefinition, RulesetDefinition } from '@stoplight/spectral-core'
import rulesets from '@stoplight/spectral-rulesets'

const require = createRequire(import.meta.url)
/** Through require, since the declared type of its ES module is that of the CommonJS one. */
const owasp = require('@stoplight/spectral-owasp-ruleset') as RulesetDefinition

const RATE_LIMIT = 'owasp:api4:2023-rate-limit'
const rateLimitRule = (owasp as { rules: Record<string, RuleDefinition> }).rules[RATE_LIMIT]
if (rateLimitRule === undefined) throw new Error(`the OWASP rules lack ${RATE_LIMIT}`)

/**
 * The rules that services/order-api/openapi.json must keep: Spectral's own and the OWASP API Security Top 10 2023.
 * This file is the one list of waivers; each says why.
 */
export const RULESET: RulesetDefinition = {
  extends: [rulesets.oas as RulesetDefinition, owasp],
  rules: {
    // OpenAPI 3.1 lets every kind of scheme name roles; the rule still reads 3.0, where only OAuth 2 could.
    'oas3-operation-security-defined': 'off',
    // Whoever installs the service is the contact, and the image does not know them.
    'info-contact': 'off',
    // CORS is off unless an installation allows origins, so no answer carries the header by itself.
    'owasp:api8:2023-define-cors-origin': 'off',
    // Free text (names, reasons, opaque tags) is bounded in length and free of NUL and half surrogate pairs; no pattern says more.
    'owasp:api4:2023-string-restricted': 'off',
    // Quotas are those of an account: a refusal that comes before the account is known (401, 403, 405, and what HTTP alone refuses) has none.
    [RATE_LIMIT]: {
      ...rateLimitRule,
      given:
        '$.paths[*]..responses[?(@property.match(/^[24]/) && !@property.match(/^(?:40[1358]|417|431)$/))]',
    },
  },
  overrides: [
    // The documentation is public on purpose, the same for everybody, and comes from memory: no account, so no quota.
    {
      files: ['**#/paths/~1openapi.json', '**#/paths/~1docs', '**#/paths/~1docs~1%7Bfile%7D'],
      rules: {
        'owasp:api2:2023-read-restricted': 'off',
        'owasp:api8:2023-define-error-responses-401': 'off',
        'owasp:api4:2023-rate-limit-responses-429': 'off',
        [RATE_LIMIT]: 'off',
      },
    },
    // Opaque or foreign text: what cannot be read is ignored at any length; 16 KiB of header fields bound it (431).
    {
      files: ['receipt', 'traceparent', 'IfNoneMatch', 'Prefer'].map(
        (name) => `**#/components/parameters/${name}`,
      ),
      rules: { 'owasp:api4:2023-string-limit': 'off' },
    },
    // Every refused command adds a step, so a timeline has no largest length.
    {
      files: ['**#/components/schemas/Order/properties/timeline'],
      rules: { 'owasp:api4:2023-array-limit': 'off' },
    },
  ],
}
