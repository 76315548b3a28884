import type { Findings } from './findings.js'

/** Something after which the sender of mails cannot know whether they were taken: a crash, a lost answer. */
export interface MailCause {
  readonly what: string
  /** Milliseconds of the clock that mails are stamped with. */
  readonly from: number
  readonly to: number
  /** How many mails can have been under way, so how many copies it explains. */
  readonly most: number
}

/** A copy of a mail beyond the first, and when it and the copy before it came. */
export interface ExtraCopy {
  readonly order: string
  readonly event: string
  readonly before: number
  readonly at: number
}

/** Collects copies of mails, to be held against what can explain them: I10. */
export interface MailCopies {
  add(copy: ExtraCopy): void
  /** Each copy needs a cause between the one before it and itself; a cause explains no more copies than its most. */
  check(causes: readonly MailCause[], findings: Findings): void
}

/** More are counted, and not kept: no run that holds has so many. */
const KEPT = 20_000

/** A mail is stamped when it was read, a crash when it was ordered: on a busy machine so much may lie between them. */
const SLACK_MS = 2_000

export function createMailCopies(): MailCopies {
  const copies: ExtraCopy[] = []
  let count = 0
  return {
    add(copy) {
      count += 1
      if (copies.length < KEPT) copies.push(copy)
    },
    check(causes, findings) {
      const left = causes
        .map((cause) => ({ ...cause }))
        .sort((one, other) => one.to - other.to || one.from - other.from)
      // Who ends first chooses first, and takes what ends first.
      for (const { order, event, before, at } of copies.sort((one, other) => one.at - other.at)) {
        const cause = left.find(
          ({ most, from, to }) => most > 0 && to >= before - SLACK_MS && from <= at + SLACK_MS,
        )
        if (cause === undefined)
          findings.report(
            'I10',
            order,
            `the mail ${event} came again after ${at - before} ms, and nothing explains it`,
          )
        else cause.most -= 1
      }
      if (count > copies.length) findings.report('I10', 'mails', `${count} extra copies`)
    },
  }
}
