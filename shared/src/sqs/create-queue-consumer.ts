import { createDeleteLanes, createVisibilityLanes } from './consuming/entry-lanes.js'
import { createHand } from './consuming/hand.js'
import { startHeartbeat } from './consuming/heartbeat.js'
import { hold } from './consuming/held-message.js'
import type { HeldMessage } from './consuming/held-message.js'
import { createOutcomes } from './consuming/outcomes.js'
import { createPauses } from './consuming/pauses.js'
import { createPollGate } from './consuming/poll-gate.js'
import { createPollers } from './consuming/pollers.js'
import { createPool } from './consuming/pool.js'
import { createReceiveBackoff } from './consuming/receive-backoff.js'
import { createSettler } from './consuming/settler.js'
import { createWaitingRoom } from './consuming/waiting-room.js'
import { checkConsumerOptions } from './consuming/check-options.js'
import { isFifo } from './fifo.js'
import type { ConsumerState, QueueConsumer, QueueConsumerOptions } from './queue-consumer.js'

/** With so many bytes of bodies in hand nothing more is received; open receives may still bring 10 MiB each. */
const IN_HAND_BYTES = 16 * 1024 * 1024

/** Longest time after which a message that came during a pause is visible again, in seconds. */
const PAUSE_GIVE_BACK_SECONDS = 5

/**
 * Creates a consumer. The way of a message: a poller receives it, it waits in hand, the pool hands it to `handle` in a
 * batch, its outcome becomes a delete or a visibility change. Throws a RangeError for options that cannot work.
 */
export function createQueueConsumer(options: QueueConsumerOptions): QueueConsumer {
  checkConsumerOptions(options)
  const { queueUrl, workClient, observer, maxInHand } = options
  const lanes = { client: workClient, queueUrl, observer, maxWaiting: 2 * maxInHand }
  const ordered = isFifo(queueUrl)
  const shutDown = new AbortController()
  let phase: 'idle' | 'running' | 'draining' | 'stopped' = 'idle'
  let drained: Promise<'drained' | 'timed_out'> | undefined
  let stopHeartbeat = (): void => undefined

  const hand = createHand(() => gate.review())
  const waitingRoom = createWaitingRoom({ ordered })
  const settler = createSettler({
    hand,
    observer,
    deletes: createDeleteLanes(lanes),
    giveBacks: createVisibilityLanes('give_back', lanes),
  })
  const backoff = createReceiveBackoff(() => gate.review())
  const pauses = createPauses({
    probe: options.dependency.probe,
    parkingBurst: options.parkingBurst,
    observer,
    onPause: () => settler.giveBack(waitingRoom.clear(), pauseDelay()),
    onResume: () => gate.review(),
  })
  const gate = createPollGate({
    maxPollers: options.maxPollers,
    room: () => (hand.bytes < IN_HAND_BYTES ? maxInHand - hand.size : 0),
    mayReceive: () => !pauses.paused && backoff.over,
  })
  const outcomes = createOutcomes({
    ...options,
    ordered,
    settler,
    pauses,
    waitingRoom,
    pauseDelay,
    shutDown: shutDown.signal,
  })
  const pool = createPool({
    waitingRoom,
    batchSize: options.batchSize,
    concurrency: options.concurrency,
    mayStart: () => phase === 'running' && !pauses.paused,
    run: outcomes.run,
  })
  const pollers = createPollers({
    ...options,
    client: options.pollClient,
    gate,
    onMessages(messages) {
      const now = performance.now()
      take(messages.map((message) => hold(message, now)))
    },
    onAnswer: () => backoff.succeeded(),
    onFailure: () => backoff.failed(),
  })

  function take(held: readonly HeldMessage[]): void {
    observer.received(held.map(({ message }) => message))
    hand.take(held)
    if (phase !== 'running') settler.giveBack(held, 0)
    else if (pauses.paused) settler.giveBack(held, pauseDelay())
    else {
      waitingRoom.add(held)
      pool.fill()
    }
  }

  function start(): void {
    if (phase !== 'idle') return
    phase = 'running'
    stopHeartbeat = startHeartbeat({
      ...options,
      hand,
      extensions: createVisibilityLanes('extend', lanes),
      onOverdue(overdue) {
        waitingRoom.remove(overdue)
        settler.giveBack(overdue, 0)
      },
    })
    pollers.start()
  }

  async function drain(timeoutMs: number): Promise<'drained' | 'timed_out'> {
    phase = 'draining'
    pauses.close()
    // At once, though a poll of ours that is still open may get some of them again: that also ends it sooner.
    settler.giveBack(waitingRoom.clear(), 0)
    const finished = finish()
    const over = Promise.withResolvers<'timed_out'>()
    const timer = setTimeout(() => over.resolve('timed_out'), timeoutMs)
    const how = await Promise.race([finished, over.promise])
    clearTimeout(timer)
    backoff.close()
    stopHeartbeat()
    phase = 'stopped'
    // What still runs is left to redelivery; its handlers are told.
    if (how === 'timed_out') shutDown.abort()
    return how
  }

  async function finish(): Promise<'drained'> {
    await pollers.stop()
    await hand.empty()
    return 'drained'
  }

  return {
    start,
    get state(): ConsumerState {
      return phase === 'running' && pauses.paused ? 'paused' : phase
    },
    get inHand() {
      return hand.size
    },
    drain: (timeoutMs) => (drained ??= drain(timeoutMs)),
  }
}

/** Jittered, so that what a pause gives back does not come back all at once. */
function pauseDelay(): number {
  return 1 + Math.floor(Math.random() * PAUSE_GIVE_BACK_SECONDS)
}
