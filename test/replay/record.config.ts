import { defineConfig } from 'vitest/config';

/** For `npm run record-histories`. */
// oxlint-disable-next-line import/no-default-export -- Vitest reads its configuration from the default export
export default defineConfig({
  test: {
    include: ['test/replay/record.ts'],
    globalSetup: ['test/workflow/bundle-once.ts'],
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
