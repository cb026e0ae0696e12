import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/** Files that wait more than they work, each on a cluster of its own or on its own part of one. */
const sideBySide = ['conformance-*', 'lane'].map((name) => `test/cluster/${name}.test.ts`);

const project = (
  name: string,
  groupOrder: number,
  more: TestProjectInlineConfiguration['test'],
): TestProjectInlineConfiguration => ({
  test: {
    name,
    environment: 'node',
    pool: 'forks',
    sequence: { groupOrder },
    testTimeout: 120_000,
    hookTimeout: 300_000,
    restoreMocks: true,
    env: { CDK_VALIDATION: 'false' },
    ...more,
  },
});

/** The tests that need real clusters: npm run test:cluster. */
export default defineConfig({
  test: {
    // Of the root: it runs once, whatever the projects.
    globalSetup: ['test/cluster/global-setup.ts'],
    projects: [
      project('side by side', 0, { include: sideBySide, maxWorkers: 3 }),
      // The clusters need the machine, and a test of time needs them quiet.
      project('alone', 1, {
        include: ['test/cluster/**/*.test.ts'],
        exclude: sideBySide,
        fileParallelism: false,
      }),
    ],
  },
});
