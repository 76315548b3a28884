import { createMemoryOrderStore, memoryView } from './fakes/memory-order-store.js'
import { describeOrderStore } from './order-store.contract.js'

const store = createMemoryOrderStore(() => new Date('2026-01-15T09:30:00.412Z'))

describeOrderStore('the order store in memory', () => ({ store, view: memoryView(store.state) }))
