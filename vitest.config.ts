import { defineConfig } from 'vitest/config'

/**
 * Two projects. `unit` needs Node and npm alone. `kernel` compares the simulator with real network namespaces:
 * those tests need root, one at a time, and skip themselves (saying so) without it.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/kernel/**'],
          setupFiles: ['test/support/property-seed.ts'],
          pool: 'threads',
          // Nothing in src/ is global, so test files can share a worker and the modules that it has loaded.
          isolate: false,
          // No test waits for a clock; a busy machine must not fail one.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'kernel',
          include: ['test/kernel/**/*.test.ts'],
          pool: 'forks',
          isolate: false,
          maxWorkers: 1,
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    passWithNoTests: true,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/lab/**'],
      reporter: ['text-summary', 'json-summary', 'html'],
      reportOnFailure: true,
      thresholds: { lines: 90, branches: 90 },
    },
  },
})
