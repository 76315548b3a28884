/** What `npm audit` calls worse than low. */
const JUDGED = new Set(['moderate', 'high', 'critical'])

/**
 * Judges an answer of `npm audit --json`.
 * @param {{ vulnerabilities?: Record<string, { via: readonly (string | Advisory)[] }> }} report
 * @param {readonly { advisory: string, reason: string, until: string }[]} waivers each ends on the day `until`
 * @param {string} today like 2026-01-15
 * @returns {{ served: boolean, found: readonly string[], waived: readonly string[] }} `served` is false where the
 *   registry does not answer audits
 *
 * @typedef {{ url: string, name: string, title: string, severity: string }} Advisory
 */
export function judgeAudit({ vulnerabilities }, waivers, today) {
  if (vulnerabilities === undefined) return { served: false, found: [], waived: [] }
  // A text names another package of the report through which it came; the advisory itself stands there.
  const advisories = Object.values(vulnerabilities)
    .flatMap(({ via }) => via)
    .filter((cause) => typeof cause === 'object' && JUDGED.has(cause.severity))
  const byId = new Map(advisories.map((advisory) => [advisory.url.split('/').at(-1), advisory]))
  const inForce = new Set(
    waivers.filter(({ reason, until }) => reason !== '' && until >= today).map(({ advisory }) => advisory),
  )
  const found = []
  const waived = []
  for (const [id, { name, title, severity }] of byId)
    (inForce.has(id) ? waived : found).push(`${id} ${severity} in ${name}: ${title}`)
  return { served: true, found, waived }
}
