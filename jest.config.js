import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Tests of the chart render it, which only helm can. */
const helm = (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'helm')))

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
    '<rootDir>/observability',
    '<rootDir>/contract',
  ],
  testPathIgnorePatterns: helm ? [] : ['/e2e/dist/test/chart/'],
  testMatch: ['**/dist/test/**/*.test.js'],
  globalSetup: '<rootDir>/e2e/dist/src/embedded/jest-global-setup.js',
  globalTeardown: '<rootDir>/e2e/dist/src/embedded/jest-global-teardown.js',
  testTimeout: 30_000,
  maxWorkers: 2,
}
