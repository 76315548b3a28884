export { armFaults } from './fault.js'
export type { FaultHandler, FaultPoint } from './fault.js'
