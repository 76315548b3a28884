import { describe, expect, it } from '@jest/globals'
import { createPollGate } from '../../src/sqs/consuming/poll-gate.js'
import { createReceiveBackoff } from '../../src/sqs/consuming/receive-backoff.js'
import { DONE } from '../../src/sqs/outcome.js'
import { StubQueue } from './stub-queue.js'
import { startConsumer } from './test-consumer.js'
import { turns } from './turns.js'
import { until } from './until.js'

describe('the pollers of the queue consumer', () => {
  it('are one while the queue is empty', async () => {
    const queue = new StubQueue()

    await using test = startConsumer(queue, { maxPollers: 4 })
    await until(() => queue.count('ReceiveMessage') >= 3, 'it polls')

    expect(queue.openReceives).toBeLessThanOrEqual(1)
    expect(test.observer.errors).toEqual([])
  })

  it('become more while receives come back full, and one again when the queue is empty', async () => {
    const queue = new StubQueue()
    let most = 0
    queue.beforeReceive = async () => {
      most = Math.max(most, queue.openReceives)
      await turns(2)
    }
    for (let i = 0; i < 400; i += 1) queue.add(String(i))

    await using test = startConsumer(queue, { maxPollers: 4, maxInHand: 200 })
    await until(() => queue.depth === 0, 'the queue is empty')
    expect(most).toBe(4)

    const calls = queue.count('ReceiveMessage')
    await until(() => queue.count('ReceiveMessage') >= calls + 10, 'extra pollers have seen it')
    expect(queue.openReceives).toBeLessThanOrEqual(1)
    expect(test.observer.errors).toEqual([])
  })

  it('wait after a failed receive, so that a dead queue gets a handful of calls', async () => {
    const queue = new StubQueue()
    queue.failCall = () => Object.assign(new Error('connect ECONNREFUSED'), { name: 'ECONNREFUSED' })

    await using test = startConsumer(queue, { maxPollers: 8 })
    await until(() => test.observer.errors.length >= 2, 'receives fail')

    // Without a wait of its own sqs-consumer makes hundreds of calls in the 250 ms at least between the first two.
    expect(queue.count('ReceiveMessage')).toBeLessThanOrEqual(3)
    expect(test.observer.errors[0]).toMatchObject({
      operation: 'receive',
      error: { message: 'connect ECONNREFUSED' },
    })
  })

  it('go on when the queue is back', async () => {
    const queue = new StubQueue()
    queue.failCall = () =>
      queue.count('ReceiveMessage') === 1
        ? Object.assign(new Error('no'), { $metadata: { httpStatusCode: 403 } })
        : undefined
    queue.add('a')

    await using test = startConsumer(queue)

    await until(() => queue.depth === 0, 'the message is done')
    expect(test.observer.errors).toMatchObject([{ operation: 'receive', error: { message: 'no' } }])
  })
})

describe('the backoff of receives', () => {
  it('doubles, counts failures at the same time once, and starts anew after an answer', async () => {
    const ends: number[] = []
    let jitter = 0
    const backoff = createReceiveBackoff(
      () => ends.push(performance.now()),
      () => (jitter += 1) * 0,
    )
    const startedAt = performance.now()

    backoff.failed()
    backoff.failed()
    expect([backoff.over, jitter]).toEqual([false, 1])
    await until(() => backoff.over, 'the first pause ends')
    backoff.failed()
    await until(() => backoff.over, 'the second pause ends')
    backoff.succeeded()

    expect((ends[0] ?? 0) - startedAt).toBeGreaterThan(240)
    expect((ends[1] ?? 0) - (ends[0] ?? 0)).toBeGreaterThan(480)
    backoff.close()
    expect(backoff.over).toBe(true)
  })
})

describe('the poll gate', () => {
  const open = { maxPollers: 3, room: () => 100, mayReceive: () => true }

  async function entered(gate: ReturnType<typeof createPollGate>, poller: number): Promise<boolean> {
    let admitted = false
    void gate.enter(poller).then((answer) => (admitted = answer))
    await turns(1)
    return admitted
  }

  it('counts ten messages for every open receive against the room', async () => {
    let room = 19
    const gate = createPollGate({ ...open, room: () => room })

    expect(await entered(gate, 0)).toBe(true)
    gate.leave(10)
    expect(await entered(gate, 0)).toBe(true)
    const second = entered(gate, 1)
    expect(await second).toBe(false)
    room = 20
    gate.review()
    expect(await entered(gate, 2)).toBe(false)
    gate.leave(0)
    gate.leave(0)
    await gate.close()
  })

  it('admits nobody during a pause', async () => {
    let mayReceive = false
    const gate = createPollGate({ ...open, mayReceive: () => mayReceive })
    const entry = gate.enter(0)
    let admitted = false
    void entry.then(() => (admitted = true))
    await turns(2)
    expect(admitted).toBe(false)

    mayReceive = true
    gate.review()

    expect(await entry).toBe(true)
  })

  it('turns waiting pollers away when it closes, and waits for open receives', async () => {
    const gate = createPollGate(open)
    expect(await gate.enter(0)).toBe(true)
    const second = gate.enter(1)
    let closed = false

    const closing = gate.close().then(() => (closed = true))

    expect(await second).toBe(false)
    expect(await gate.enter(2)).toBe(false)
    expect(closed).toBe(false)
    gate.leave(0)
    await closing
  })

  it('falls back to one poller after a failure', async () => {
    const gate = createPollGate(open)
    await gate.enter(0)
    gate.leave(10)
    await gate.enter(0)
    expect(await entered(gate, 1)).toBe(true)
    gate.leave('failed')
    gate.leave(5)

    expect(await entered(gate, 0)).toBe(true)
    expect(await entered(gate, 1)).toBe(false)
  })
})

describe('messages in hand', () => {
  it('make room for the next receive when they are settled', async () => {
    const queue = new StubQueue()
    for (let i = 0; i < 20; i += 1) queue.add(String(i))
    const end: PromiseWithResolvers<void> = Promise.withResolvers()
    await using test = startConsumer(queue, {
      maxInHand: 10,
      async handle(messages) {
        await end.promise
        return messages.map(() => DONE)
      },
    })
    await until(() => test.consumer.inHand === 10, 'the hand is full')
    await turns(20)
    expect(queue.count('ReceiveMessage')).toBe(1)

    end.resolve()

    await until(() => queue.depth === 0, 'the others follow')
  })
})
