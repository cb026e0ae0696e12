import { defineConfig } from 'vitest/config';

/** The tests that need real clusters: npm run test:cluster. */
export default defineConfig({
  test: {
    include: ['test/cluster/**/*.test.ts'],
    environment: 'node',
    globalSetup: ['test/cluster/global-setup.ts'],
    // The clusters need the machine, and a test of time needs them quiet.
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
    restoreMocks: true,
    env: { CDK_VALIDATION: 'false' },
  },
});
