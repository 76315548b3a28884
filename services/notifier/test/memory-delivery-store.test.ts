import { createMemoryDeliveryStore } from '../src/adapters/memory/delivery-store.js'
import { deliveryStoreContract } from './delivery-store-contract.js'

deliveryStoreContract('memory', () => {
  let now = 0
  const store = createMemoryDeliveryStore(() => now)
  return Promise.resolve({
    store,
    pass: (seconds) => {
      now += seconds * 1_000
      return Promise.resolve()
    },
    statusOf: (eventId) => {
      const row = store.rows.find((candidate) => candidate.eventId === eventId)!
      const { status, attempts, event, reason = null } = row
      return Promise.resolve({ status, attempts, remembersEvent: event !== undefined, reason })
    },
    close: () => Promise.resolve(),
  })
})
