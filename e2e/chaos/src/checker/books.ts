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
}

export function createBooks(): Books {
  return {
    findings: createFindings(),
    tally: createTally(),
    stock: createStockBook(),
    copies: createMailCopies(),
  }
}
