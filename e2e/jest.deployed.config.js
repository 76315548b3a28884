/**
 * The end-to-end suite in a pod beside an installation that somebody else has made (`skaffold verify`): the files that neither
 * break anything nor ask for settings of their own.
 * @type {import('jest').Config}
 */
export default {
  testEnvironment: 'node',
  transform: {},
  testMatch: ['<rootDir>/dist/test/{bad-input,client,decisions,order-life,reading}.e2e.test.js'],
  testTimeout: 180_000,
  // Promises are checked over the whole database, so one file at a time uses it.
  maxWorkers: 1,
}
