import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript'
import importX from 'eslint-plugin-import-x'
import regexp from 'eslint-plugin-regexp'
import security from 'eslint-plugin-security'
import tseslint from 'typescript-eslint'

/** What the domain must not know: frameworks, drivers, the process. Types of the messages and pure libraries are fine. */
const TECHNOLOGIES = [
  'express',
  'pg',
  'pino',
  'prom-client',
  'sqs-consumer',
  'nodemailer',
  'handlebars',
  'jose',
  'cockatiel',
  'undici',
  '@aws-sdk/*',
  '@smithy/*',
  'node:http',
  'node:fs',
  'node:fs/*',
  'node:net',
  'node:child_process',
  'node:process',
  '@comanda/shared/sqs',
  '@comanda/shared/postgres',
  '@comanda/shared/health',
  '@comanda/shared/service',
  '@comanda/shared/metrics',
  '@comanda/shared/logging',
  '@comanda/shared/tracing',
  '@comanda/shared/config',
]

const WORKSPACES = [
  'client',
  'shared',
  'services/order-api',
  'services/order-worker',
  'services/notifier',
  'e2e',
  'e2e/chaos',
  'demo',
  'bench',
  'observability',
  'contract',
]

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.comanda/**', 'client/src/generated/**'] },
  ...tseslint.configs.strictTypeChecked,
  security.configs.recommended,
  {
    plugins: { regexp },
    rules: {
      // An index into anything is a finding there: noUncheckedIndexedAccess and Object.hasOwn hold what it is after.
      'security/detect-object-injection': 'off',
      // These two decide exactly what security/detect-unsafe-regex guesses from nested stars.
      'security/detect-unsafe-regex': 'off',
      'regexp/no-super-linear-backtracking': 'error',
      'regexp/no-super-linear-move': 'error',
    },
  },
  {
    // Tools and tests read files of their own, and look for what they have written themselves.
    files: [
      '**/test/**',
      'e2e/**',
      'demo/**',
      'bench/**',
      'observability/**',
      'contract/**',
      'scripts/**',
      'jest.config.js',
    ],
    rules: {
      'security/detect-non-literal-fs-filename': 'off',
      'security/detect-non-literal-regexp': 'off',
      'regexp/no-super-linear-move': 'off',
    },
  },
  {
    files: [
      // The operator names the file of a secret.
      'shared/src/config.ts',
      // Parts of a page and of a mail, from closed lists.
      'services/order-api/src/adapters/http/documentation-routes.ts',
      'services/notifier/src/adapters/handlebars/mail-layout.ts',
    ],
    rules: { 'security/detect-non-literal-fs-filename': 'off' },
  },
  {
    // Made of two limits.
    files: ['services/order-api/src/domain/idempotency-key.ts'],
    rules: { 'security/detect-non-literal-regexp': 'off' },
  },
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [
        createTypeScriptImportResolver({ project: ['tsconfig.json'], noWarnOnMultipleProjects: true }),
      ],
    },
    rules: {
      // No cycle between files, so none between folders either.
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-default-export': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // Numbers in messages read well; everything else is still checked.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `expect(x).rejects` and event handlers pass promises where void is asked; floating ones stay forbidden.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      // noUncheckedIndexedAccess makes `!` the honest word where an index was checked a line above.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // `const { secret: _, ...rest }` leaves something out; an underscore says that it is meant.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { ignoreRestSiblings: true, varsIgnorePattern: '^_', argsIgnorePattern: '^_' },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  // A workspace imports what its own package.json names; the tools of all tests are the root's.
  ...WORKSPACES.map((workspace) => ({
    files: [`${workspace}/**/*.ts`],
    rules: {
      'import-x/no-extraneous-dependencies': [
        'error',
        { packageDir: [import.meta.dirname, `${import.meta.dirname}/${workspace}`] },
      ],
    },
  })),
  {
    // Only the process file and the settings know the environment.
    files: ['services/*/src/**/*.ts', 'shared/src/**/*.ts'],
    ignores: ['services/*/src/main.ts', 'services/*/src/config.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only main.ts and config.ts see the environment.' },
        { object: 'process', property: 'argv', message: 'Only main.ts sees the command line.' },
      ],
    },
  },
  {
    files: ['services/*/src/domain/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: TECHNOLOGIES,
              message: 'The domain knows no technology; ask for it through domain/ports.ts.',
            },
            {
              group: ['**/adapters/**', '**/service.js', '**/config.js', '**/metrics.js'],
              message: 'Imports point inward.',
            },
          ],
        },
      ],
      'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'setInterval'],
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='Date'][property.name='now']",
          message: 'Nothing in the domain reads the clock: pass the time in.',
        },
        {
          selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
          message: 'Nothing in the domain reads the clock: pass the time in.',
        },
      ],
    },
  },
  {
    // Adapters keep a port's promise; they know neither the wiring nor each other.
    files: ['services/*/src/adapters/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/service.js', '**/main.js', '**/config.js'],
              message: 'Adapters do not know the wiring.',
            },
          ],
        },
      ],
    },
  },
  {
    // No service knows another: they meet in messages and tables only.
    files: ['services/*/src/**/*.ts', 'shared/src/**/*.ts'],
    rules: {
      'import-x/no-restricted-paths': [
        'error',
        {
          zones: [
            {
              target: './services/order-api/src',
              from: [
                './services/order-worker',
                './services/notifier',
                './client',
                './e2e',
                './demo',
                './bench',
              ],
            },
            {
              target: './services/order-worker/src',
              from: ['./services/order-api', './services/notifier', './client', './e2e', './demo', './bench'],
            },
            {
              target: './services/notifier/src',
              from: [
                './services/order-api',
                './services/order-worker',
                './client',
                './e2e',
                './demo',
                './bench',
              ],
            },
            { target: './shared/src', from: ['./services', './client', './e2e', './demo', './bench'] },
          ],
        },
      ],
    },
  },
  {
    // The checker must not believe those whom it checks: it shares no code with them, and none with what runs them.
    files: ['e2e/chaos/src/checker/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: [
                '@comanda/*',
                'canonicalize',
                '../../*',
                '../load/*',
                '../world/*',
                '../run/*',
                '../faults/*',
              ],
              message: 'The checker shares no code with what it checks.',
            },
          ],
        },
      ],
    },
  },
  {
    // Faults are armed by the entry point of the chaos run, and by nothing that ships.
    files: ['services/*/src/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: [{ name: '@comanda/shared/arm-faults', message: 'Only the chaos run arms faults.' }] },
      ],
    },
  },
  {
    // The first version of the format is the one that every Grafana provisions from files.
    files: ['observability/**/*.ts'],
    rules: { '@typescript-eslint/no-deprecated': 'off' },
  },
  {
    // jest loads these by their default export.
    files: ['e2e/src/embedded/jest-global-*.ts'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  {
    files: ['**/test/**/*.ts'],
    rules: {
      // Answers over HTTP are any until a test looks at them, and fakes answer at once.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: [
      'demo/src/**/*.ts',
      'bench/src/**/*.ts',
      'contract/src/**/*.ts',
      'services/*/src/*.ts',
      'scripts/**',
    ],
    rules: { 'no-console': 'off' },
  },
  { files: ['**/*.js', '**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
)
