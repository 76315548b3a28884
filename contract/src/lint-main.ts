import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lintDocument } from './lint-document.js'
import { ROOT } from './root.js'
import { RULESET } from './ruleset.js'

/** `npm run check:contract`: exit code 0 only where Spectral has nothing to say about the API's document. */
const path = join(ROOT, 'services/order-api/openapi.json')
const findings = await lintDocument(await readFile(path, 'utf8'), path, RULESET)
for (const finding of findings) console.error(`FAILED: ${finding}`)
console.log(`contract: ${findings.length} findings of Spectral's rules and the OWASP API Security Top 10`)
process.exitCode = findings.length === 0 ? 0 : 1
