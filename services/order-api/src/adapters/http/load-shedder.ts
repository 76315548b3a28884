/** Decides whether there is time for a request. */
export interface LoadShedder {
  /** False: answer 503 at once. Costs a reading of the clock. */
  admits(): boolean
}

/** What is looked at of the event loop. */
export interface EventLoop {
  now(): number
  /** Time that the loop has spent with nothing to do, in ms. */
  idleMs(): number
  /** Calls back when all that is ready in the present turn has been handled. */
  atEndOfTurn(callback: () => void): void
}

export interface LoadShedderOptions {
  /** How long a turn of an overloaded loop shall take, all its work counted. */
  readonly turnBudgetMs: number
  /** A loop that has had nothing to do within this time is not overloaded, however long one turn may be. */
  readonly patienceMs: number
  /** Requests that are being worked on now. */
  readonly underWay: () => number
  /**
   * With fewer under way nothing is shed: they wait for each other a moment, however slow the process is. One that has just
   * started runs code that is not compiled yet, and would refuse its first burst.
   */
  readonly fewUnderWay: number
  readonly loop?: EventLoop
}

/** How far one turn may move the allowance; up slowly, as what was admitted is paid for later. */
const LEAST_CORRECTION = 0.5
const MOST_CORRECTION = 1.1
const LEAST_ALLOWANCE_MS = 0.5

const thisLoop: EventLoop = {
  now: () => performance.now(),
  idleMs: () => performance.eventLoopUtilization().idle,
  atEndOfTurn: (callback) => void setImmediate(callback),
}

/**
 * Sheds by standing delay, as CoDel does for services (folly's `Codel`: slack for bursts, a short leash while there is a
 * queue that does not go away). What a request waits for here is the turn of the event loop, in which all sockets that are
 * ready are handled one after the other; turns grow without end once more comes than one core can carry. The queue stands
 * while the loop never gets to wait for anything: below capacity it does, every few milliseconds. Then each turn admits
 * new requests for its allowance and sheds the rest of what was ready, so the core has work all the time and no answer waits
 * for much more than two budgets.
 *
 * To admit a request is a part of what it costs: calls, answers and collecting its garbage come in later turns. So the
 * allowance follows the length of whole turns: what took twice the budget is admitted for half as long the next time.
 * Neither the cost of a request nor the round trip of the queue needs to be known.
 */
export function createLoadShedder(options: LoadShedderOptions): LoadShedder {
  const { turnBudgetMs, patienceMs, underWay, fewUnderWay, loop = thisLoop } = options
  let turnStartedAt: number | undefined
  let idleMs = loop.idleMs()
  let busySince = loop.now()
  let lastStartedAt = busySince
  let allowanceMs = turnBudgetMs

  function endTurn(): void {
    turnStartedAt = undefined
  }

  function startTurn(): void {
    turnStartedAt = loop.now()
    loop.atEndOfTurn(endTurn)
    const lengthMs = turnStartedAt - lastStartedAt
    lastStartedAt = turnStartedAt
    const idle = loop.idleMs()
    if (idle === idleMs) {
      const correction = Math.min(Math.max(turnBudgetMs / lengthMs, LEAST_CORRECTION), MOST_CORRECTION)
      allowanceMs = Math.min(Math.max(allowanceMs * correction, LEAST_ALLOWANCE_MS), turnBudgetMs)
    } else {
      idleMs = idle
      busySince = turnStartedAt
      allowanceMs = turnBudgetMs
    }
  }

  return {
    admits() {
      if (turnStartedAt === undefined) {
        startTurn()
        return true
      }
      const now = loop.now()
      return now - turnStartedAt <= allowanceMs || now - busySince <= patienceMs || underWay() < fewUnderWay
    },
  }
}
