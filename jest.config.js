/**
 * One runner for the whole repository. Tests are compiled by `tsc -b` like the rest, so that what is tested is what
 * ships; unit and integration tests are told apart by name (`.test.ts`, `.int.test.ts`, `.e2e.test.ts`).
 * @type {import('jest').Config}
 */
export default {
  testEnvironment: 'node',
  transform: {},
  roots: [
    '<rootDir>/client',
    '<rootDir>/services',
    '<rootDir>/shared',
    '<rootDir>/e2e',
    '<rootDir>/demo',
    '<rootDir>/bench',
  ],
  testMatch: ['**/dist/test/**/*.test.js'],
  globalSetup: '<rootDir>/e2e/dist/src/embedded/jest-global-setup.js',
  globalTeardown: '<rootDir>/e2e/dist/src/embedded/jest-global-teardown.js',
  testTimeout: 30_000,
  maxWorkers: 2,
}
