import { fileURLToPath } from 'node:url'

/** Where the files of this folder are, seen from the built code. */
const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

export const RULES_FOLDER = at('rules')
export const RULE_TESTS_FOLDER = at('rule-tests')
export const DASHBOARDS_FOLDER = at('dashboards')
export const RUNBOOKS_FOLDER = at('../docs/runbooks')
export const REPOSITORY_FOLDER = at('..')
export const METRICS_PAGE = at('../docs/metrics.md')
/** Where a reader of an alert or a panel finds the runbooks. */
export const RUNBOOKS_URL = 'https://github.com/comanda/comanda/blob/main/docs/runbooks'
