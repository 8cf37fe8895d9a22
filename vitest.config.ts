import { defineConfig } from 'vitest/config';
import { SlowestFirst } from './test/slowest-first.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** What `npm run test:full` adds; docs/testing.md lists it with its last result. */
const full = process.env['SLIPWAY_TEST_FULL'] === '1' ? ['test/full/**/*.test.ts'] : [];

/**
 * Four projects, because they need different surroundings:
 * unit (nothing), workflow and replay (Temporal's dev server), e2e (Docker as well).
 */
// oxlint-disable-next-line import/no-default-export -- Vitest reads its configuration from the default export
export default defineConfig({
  test: {
    sequence: { sequencer: SlowestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          // Loading the code costs more than most files' tests: files share what is loaded.
          isolate: false,
          // Vitest would leave one of two cores to itself.
          maxWorkers: 2,
          // For those that start processes, on a machine that has other work.
          testTimeout: 60 * SECOND,
        },
      },
      {
        test: {
          name: 'workflow',
          include: ['test/workflow/**/*.test.ts'],
          globalSetup: ['test/workflow/bundle-once.ts'],
          // Each file has a server of its own, and waits for it most of the time.
          maxWorkers: 4,
          // The worker is a native module: it does not survive in a thread that is torn down.
          pool: 'forks',
          testTimeout: 4 * MINUTE,
          hookTimeout: 2 * MINUTE,
        },
      },
      {
        test: {
          name: 'replay',
          include: ['test/replay/**/*.test.ts'],
          globalSetup: ['test/workflow/bundle-once.ts'],
          pool: 'forks',
          testTimeout: 2 * MINUTE,
          hookTimeout: 2 * MINUTE,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/contract/**/*.test.ts', 'test/e2e/**/*.test.ts', ...full],
          pool: 'forks',
          // Each file has an installation of its own, and waits for its machines most of the time.
          maxWorkers: 3,
          testTimeout: 20 * MINUTE,
          hookTimeout: 10 * MINUTE,
        },
      },
    ],
  },
});
