import { describe, expect, it } from '@jest/globals'

const { judgeAudit } = await import(new URL('../../../scripts/judge-audit.mjs', import.meta.url).href)
const { licencesPage } = await import(new URL('../../../scripts/licences-page.mjs', import.meta.url).href)

const TODAY = '2026-01-15'
const advisory = (id: string, severity: string, name = 'a') => ({
  url: `https://github.com/advisories/${id}`,
  name,
  title: 'does what it should not',
  severity,
})
const report = (...via: unknown[]) => ({ vulnerabilities: { a: { via } } })

describe('the audit of dependencies', () => {
  it('finds advisories from moderate on, each once, also below other packages', () => {
    const { found } = judgeAudit(
      {
        vulnerabilities: {
          a: { via: [advisory('GHSA-1', 'moderate'), advisory('GHSA-2', 'low')] },
          b: { via: ['a', advisory('GHSA-3', 'critical', 'b')] },
          c: { via: [advisory('GHSA-1', 'moderate')] },
        },
      },
      [],
      TODAY,
    )

    expect(found).toEqual([
      'GHSA-1 moderate in a: does what it should not',
      'GHSA-3 critical in b: does what it should not',
    ])
  })

  it.each([
    ['with a reason, until its day is over', { reason: 'only in tests', until: TODAY }, 0],
    ['no longer after its day', { reason: 'only in tests', until: '2026-01-14' }, 1],
    ['never without a reason', { reason: '', until: '2027-01-01' }, 1],
  ])('lets a waived one pass %s', (_name, waiver, count) => {
    const { found } = judgeAudit(
      report(advisory('GHSA-1', 'high')),
      [{ advisory: 'GHSA-1', ...waiver }],
      TODAY,
    )

    expect(found).toHaveLength(count)
  })

  it('tells that a registry does not answer apart from a clean answer', () => {
    expect(judgeAudit({ message: '405 Method Not Allowed' }, [], TODAY).served).toBe(false)
    expect(judgeAudit({ vulnerabilities: {} }, [], TODAY)).toEqual({ served: true, found: [], waived: [] })
  })
})

describe('the licences of the dependencies', () => {
  it('are all named and allowed', async () => {
    const page: string = await licencesPage()

    expect(page).toMatch(/^\| express \| [\d., ]+ \| MIT \|$/m)
    expect(page).not.toMatch(/\bA?GPL|SSPL|BUSL|UNLICENSED|undefined/)
  })
})
