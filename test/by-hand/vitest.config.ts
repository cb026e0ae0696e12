import { defineConfig } from 'vitest/config';

if (!process.env.ZEROSHIFT_AWS)
  throw new Error('ZEROSHIFT_AWS must name the program aws: pip install awscli==1.45.11');

/** The runbook by hand: needs the real `aws` (`ZEROSHIFT_AWS`) and the real `kubectl` (`ZEROSHIFT_KUBECTL`). */
export default defineConfig({
  test: {
    include: ['test/by-hand/**/*.test.ts'],
    environment: 'node',
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});
