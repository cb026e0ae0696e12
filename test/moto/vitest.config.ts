import { defineConfig } from 'vitest/config';

if (!process.env.ZEROSHIFT_MOTO)
  throw new Error('ZEROSHIFT_MOTO must name the program moto_server: pip install "moto[server]==5.2.5"');

/** The tests that want more of AWS than the rehearsal has: ZEROSHIFT_MOTO names moto's server. */
export default defineConfig({
  test: {
    include: ['test/moto/**/*.test.ts'],
    environment: 'node',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 90_000,
    restoreMocks: true,
  },
});
