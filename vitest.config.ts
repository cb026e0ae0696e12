import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real clusters and moto have configurations of their own: npm run test:cluster, npm run test:moto.
    exclude: ['test/cluster/**', 'test/moto/**', 'node_modules/**'],
    environment: 'node',
    // Two cores: more workers only make each other's timers late.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    restoreMocks: true,
    env: { CDK_VALIDATION: 'false' },
  },
});
