import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

/** Nothing of Chromium's own talks to the outside while it looks at the page. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const SIZE = { width: 1_280, height: 1_600 }
const PAGE_TIMEOUT_MS = 30_000

export interface PageReport {
  /** Messages of the console (errors and warnings), uncaught errors, failed requests, refusals by the policy. */
  readonly complaints: readonly string[]
  /** Hosts that were asked for anything. */
  readonly hosts: readonly string[]
  /** Operations that the page shows. */
  readonly operations: number
}

/** Opens a documentation page in Chromium with a new profile, opens one operation, and takes a screenshot. */
export async function lookAtPage(url: string, screenshot: string): Promise<PageReport> {
  const profile = await mkdtemp(join(tmpdir(), 'comanda-chromium-'))
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: FLAGS,
    viewport: SIZE,
  })
  try {
    const page = await browser.newPage()
    const complaints: string[] = []
    const hosts = new Set<string>()
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('requestfailed', (request) => complaints.push(`not loaded: ${request.url()}`))
    page.on('request', (request) => hosts.add(new URL(request.url()).host))
    await page.goto(url, { waitUntil: 'networkidle', timeout: PAGE_TIMEOUT_MS })
    const operations = page.locator('.opblock')
    await operations.first().waitFor({ timeout: PAGE_TIMEOUT_MS })
    await page.screenshot({ path: screenshot })
    // Opening one draws its schemas and examples, which is where most of the page's code runs.
    await operations.first().locator('.opblock-summary-control').click()
    await page.locator('.opblock.is-open .responses-wrapper').first().waitFor({ timeout: PAGE_TIMEOUT_MS })
    return { complaints, hosts: [...hosts], operations: await operations.count() }
  } finally {
    await browser.close()
    await rm(profile, { recursive: true, force: true })
  }
}
