import { createFindings } from './findings.js'
import type { Findings } from './findings.js'
import { createMailCopies } from './mail-copies.js'
import type { MailCopies } from './mail-copies.js'
import { createStockBook } from './stock-book.js'
import type { StockBook } from './stock-book.js'
import { createTally } from './tally.js'
import type { Tally } from './tally.js'

/** What is kept over all partitions of a run, while only one of them is in memory. */
export interface Books {
  readonly findings: Findings
  readonly tally: Tally
  readonly stock: StockBook
  readonly copies: MailCopies
  /** Whether somebody saw what left for the queue. */
  readonly eventsSeen: boolean
}

export function createBooks(eventsSeen = true): Books {
  return {
    eventsSeen,
    findings: createFindings(),
    tally: createTally(),
    stock: createStockBook(),
    copies: createMailCopies(),
  }
}
