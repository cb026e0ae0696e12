import { expect, it } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/index.ts';
import { verdictText } from '../../../../lib/migration/verify/index.ts';
import { ReadCluster, verdictsOf } from './two-clusters.ts';

const serving = 'serving.knative.dev/v1';

it('verifies Configurations and Routes that stand alone', async () => {
  const alone = (colour: string, percent: number): KubeObject[] => [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    {
      apiVersion: serving,
      kind: 'Configuration',
      metadata: { name: 'jobs', namespace: 'shop', generation: colour === 'blue' ? 4 : 3 },
      spec: { template: { spec: { containers: [{ image: 'a' }] } } },
      status: {
        observedGeneration: colour === 'blue' ? 4 : 3,
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    },
    {
      apiVersion: serving,
      kind: 'Route',
      metadata: { name: 'jobs', namespace: 'shop', generation: 1 },
      spec: { traffic: [{ configurationName: 'jobs', percent: 100 }] },
      status: {
        observedGeneration: 1,
        conditions: [{ type: 'Ready', status: 'True' }],
        traffic: [{ revisionName: 'jobs-00003', percent }],
      },
    },
  ];
  const [blue, green] = [new ReadCluster(alone('blue', 100)), new ReadCluster(alone('green', 50))];
  const verdicts = await verdictsOf(blue, green);
  expect(verdicts.map(verdictText)).toEqual([
    'Configuration shop/jobs: configuration metadata.generation: 3 instead of 4 at least',
    'Route shop/jobs: traffic to jobs-00003: 50 % instead of 100 %',
  ]);
});
