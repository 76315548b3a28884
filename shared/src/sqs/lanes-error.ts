/** No lane is free and the waiting room is full: the caller should answer "busy" and not wait. */
export class LanesFullError extends Error {
  override readonly name = 'LanesFullError'
  readonly code = 'lanes_full'

  constructor(options?: ErrorOptions) {
    super('the waiting room of the lanes is full', options)
  }
}

/** The lanes are draining or drained: nothing new is taken. */
export class LanesClosedError extends Error {
  override readonly name = 'LanesClosedError'
  readonly code = 'lanes_closed'

  constructor(options?: ErrorOptions) {
    super('the lanes take nothing new, they are closed', options)
  }
}

/** A departure ended, or broke off, without an answer for this item; whether it had an effect is unknown. */
export class LanesUnsettledError extends Error {
  override readonly name = 'LanesUnsettledError'
  readonly code = 'lanes_unsettled'

  constructor(options?: ErrorOptions) {
    super('a departure ended without settling this item', options)
  }
}
