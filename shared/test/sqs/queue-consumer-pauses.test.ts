import { describe, expect, it } from '@jest/globals'
import { createPauses } from '../../src/sqs/consuming/pauses.js'
import { DONE } from '../../src/sqs/outcome.js'
import { StubQueue } from './stub-queue.js'
import { RecordingObserver, startConsumer } from './test-consumer.js'
import { turns } from './turns.js'
import { until } from './until.js'

class AwayError extends Error {}

/** A dependency that a test switches off and on. */
function dependency() {
  return {
    away: true,
    probes: 0,
    isAway: (error: unknown) => error instanceof AwayError,
    probe() {
      this.probes += 1
      return Promise.resolve(!this.away)
    },
  }
}

describe('the pauses of the queue consumer', () => {
  it('stop receiving while a dependency is away, and end when the probe finds it', async () => {
    const queue = new StubQueue()
    const database = dependency()
    for (let i = 0; i < 30; i += 1) queue.add(String(i))
    await using test = startConsumer(queue, {
      dependency: {
        isAway: (error) => database.isAway(error),
        probe: () => database.probe(),
      },
      maxInHand: 10,
      handle: (messages) =>
        database.away ? Promise.reject(new AwayError()) : Promise.resolve(messages.map(() => DONE)),
    })
    await until(() => database.probes > 0, 'the dependency is probed')

    expect(test.consumer.state).toBe('paused')
    expect(test.observer.pauses).toEqual(['dependency_away'])
    expect(queue.count('ReceiveMessage')).toBe(1)
    expect(test.consumer.inHand).toBe(0)
    expect(queue.changes).toHaveLength(10)
    // A short delay, not the backoff: nobody receives it meanwhile, and the pause is not the message's fault.
    expect(queue.changes.every(({ seconds }) => seconds >= 1 && seconds <= 5)).toBe(true)
    database.away = false
    await until(() => queue.depth === 0, 'all are done after the pause')
    expect(test.observer.resumes).toBe(1)
    expect(test.consumer.state).toBe('running')
  })

  it('take a probe that throws for one that found nothing', async () => {
    const queue = new StubQueue()
    queue.add('a')
    let probes = 0
    await using test = startConsumer(queue, {
      dependency: {
        isAway: () => probes === 0,
        probe: () => {
          probes += 1
          return probes === 1 ? Promise.reject(new Error('away')) : Promise.resolve(true)
        },
      },
      handle: (messages) =>
        probes === 0 ? Promise.reject(new Error('away')) : Promise.resolve(messages.map(() => DONE)),
    })

    await until(() => test.observer.resumes === 1, 'the pause ends')

    expect(probes).toBe(2)
  })

  it('give back what an open poll brings during a pause, unhandled', async () => {
    const queue = new StubQueue({ secondMs: 100 })
    const handled: string[] = []
    for (let i = 0; i < 10; i += 1) queue.add(`first ${i}`)
    const secondPoll: PromiseWithResolvers<void> = Promise.withResolvers()
    await using test = startConsumer(queue, {
      dependency: { isAway: () => true, probe: () => Promise.resolve(false) },
      async handle(messages) {
        handled.push(...messages.map(({ body }) => body))
        await secondPoll.promise
        throw new AwayError()
      },
    })
    await until(() => queue.openReceives > 0 && handled.length > 0, 'a poll is open')
    secondPoll.resolve()
    await until(() => test.consumer.state === 'paused', 'it is paused')

    const late = queue.add('late')

    await until(() => queue.changes.some(({ id }) => id === late), 'the late message is given back')
    expect(handled).not.toContain('late')
    expect(queue.openReceives).toBe(0)
  })

  it('give back what waits in hand', async () => {
    const queue = new StubQueue()
    for (let i = 0; i < 10; i += 1) queue.add(String(i))
    let handled = 0
    await using test = startConsumer(queue, {
      batchSize: 1,
      concurrency: 1,
      dependency: { isAway: () => true, probe: () => Promise.resolve(false) },
      handle(messages) {
        handled += messages.length
        return Promise.reject(new AwayError())
      },
    })

    await until(() => queue.changes.length === 10, 'all are given back')

    expect(handled).toBe(1)
    expect(test.consumer.inHand).toBe(0)
  })

  it('become longer while the probe finds what handlers do not, so that receive counts last', async () => {
    const observer = new RecordingObserver()
    const startedAt = performance.now()
    const pauses = createPauses({
      probe: () => Promise.resolve(true),
      parkingBurst: { count: 1, windowMs: 1, pauseMs: 1 },
      observer,
      onPause: () => undefined,
      onResume: () => undefined,
      random: () => 0,
    })

    for (let pause = 1; pause <= 3; pause += 1) {
      pauses.dependencyAway()
      pauses.dependencyAway()
      await until(() => observer.resumes === pause, 'the pause ends')
    }

    expect(performance.now() - startedAt).toBeGreaterThan(125 + 250 + 500 - 10)
    expect(observer.pauses).toHaveLength(3)
    pauses.close()
  })

  it('follow when parking fails because the dependency is away', async () => {
    const queue = new StubQueue()
    queue.add('broken')
    await using test = startConsumer(queue, {
      handle: () => Promise.resolve([{ kind: 'park', reason: 'bad_json' }]),
      park: () => Promise.reject(new AwayError()),
      dependency: { isAway: (error) => error instanceof AwayError, probe: () => Promise.resolve(false) },
    })

    await until(() => test.consumer.state === 'paused', 'it is paused')

    expect(queue.deleted).toEqual([])
  })

  it('follow a burst of parkings, and end after a while', async () => {
    const queue = new StubQueue()
    await using test = startConsumer(queue, {
      batchSize: 1,
      concurrency: 1,
      maxInHand: 10,
      parkingBurst: { count: 3, windowMs: 60_000, pauseMs: 60 },
      handle: (messages) => Promise.resolve(messages.map(() => ({ kind: 'park', reason: 'bad_json' }))),
    })
    for (let i = 0; i < 2; i += 1) queue.add(String(i))
    await until(() => queue.depth === 0, 'two are parked')
    await turns(3)
    expect(test.observer.pauses).toEqual([])

    for (let i = 0; i < 4; i += 1) queue.add(String(i))
    await until(() => test.observer.pauses.length === 1, 'the third makes a burst')
    const parkedBefore = queue.deleted.length

    await until(() => test.observer.resumes >= 1, 'the pause ends')
    expect(test.observer.pauses[0]).toBe('parking_burst')
    expect(parkedBefore).toBeLessThanOrEqual(3)
    await until(() => queue.depth === 0, 'it goes on')
  })
})
