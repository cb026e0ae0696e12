import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const files = (...names: string[]): string[] => names.map((name) => `test/cluster/${name}.test.ts`);

/** Files that run at the same time as others of their list, for they wait more than they work. */
const sideBySide = {
  // All of them on clusters as they are set up.
  first: files('conformance-*', 'lane', 'manifests', 'gateway/go', 'metrics/**/*'),
  // One on blue, one on green, one on spare.
  second: files('kills', 'services', 'leaves-nothing'),
  // Each in namespaces of its own.
  third: files('migration/**/*', 'cutover/hand-over'),
};

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
      project('first', 0, { include: sideBySide.first, maxWorkers: 3 }),
      project('second', 1, { include: sideBySide.second, maxWorkers: 3 }),
      // They change settings of both clusters, or judge times.
      project('third', 2, { include: sideBySide.third, maxWorkers: 3 }),
      project('alone', 3, {
        include: files('**/*'),
        exclude: Object.values(sideBySide).flat(),
        fileParallelism: false,
      }),
    ],
  },
});
