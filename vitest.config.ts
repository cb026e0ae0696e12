import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // What needs more than Node has a configuration of its own: npm run test:cluster, test:moto, test:by-hand.
    exclude: ['test/cluster/**', 'test/moto/**', 'test/by-hand/**', 'node_modules/**'],
    environment: 'node',
    // Two cores: more workers only make each other's timers late.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    restoreMocks: true,
    env: { CDK_VALIDATION: 'false' },
  },
});
