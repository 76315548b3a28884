export * from './failure.js'
export * from './migrate.js'
export * from './pool.js'
export * from './takes-writes.js'
