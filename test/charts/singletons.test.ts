import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { applicationSet, serviceManifests, synthColour } from '../../charts/index.ts';
import type { Fleet, FleetInput } from '../../lib/fleet/index.ts';
import { exampleFleet } from '../helpers/fleet.ts';
import { refusal } from '../helpers/refusal.ts';
import { make } from '../lib/migration/inventory/populated.ts';

const spec = (app: string, replicas: number) => ({
  replicas,
  selector: { matchLabels: { app } },
  template: { metadata: { labels: { app } }, spec: { containers: [{ name: 'app', image: 'app:1' }] } },
});
const worker = make('apps/v1 Deployment', 'worker', { spec: spec('worker', 2) });
const report = make(
  'batch/v1 CronJob',
  'report',
  { spec: { schedule: '0 * * * *', jobTemplate: { spec: { template: spec('report', 0).template } } } },
  { annotations: { 'zeroshift.dev/runs': 'singleton' } },
);
const web = make('apps/v1 Deployment', 'web', { spec: spec('web', 3) });

const fleet = (objects: readonly object[], runs: 'singleton' | 'serving' = 'singleton'): Fleet =>
  exampleFleet({
    colours: {
      blue: { kubernetes: '1.34', knative: '1.22.1' },
      green: { kubernetes: '1.35', knative: '1.23.0' },
    },
    services: [...objects] as NonNullable<FleetInput['services']>,
    gitops: { repository: 'https://git.example.com/shop/platform.git' },
    migration: {
      workloads: [
        { kind: 'Deployment', namespace: 'shop', name: 'worker', runs },
        { kind: 'Pod', name: 'once', runs: 'singleton' },
      ],
    },
  });

/** Kind and name → what says how many run, in the manifests of a colour. */
const running = (one: Fleet, colour: 'blue' | 'green') =>
  Object.fromEntries(
    [...synthColour(one, colour)]
      .filter(([file]) => /services\/.*\.(deployment|cronjob)\./.test(file))
      .map(([, text]) => parse(text))
      .map(({ metadata, spec: { replicas, suspend } }) => [metadata.name, suspend ?? replicas]),
  );

it('writes what acts by itself so that it waits on both colours, for a manifest does not know which is live', () => {
  const one = fleet([worker, report, web]);
  for (const colour of ['blue', 'green'] as const)
    expect(running(one, colour)).toEqual({ worker: 0, report: true, web: 3 });
  expect(running(fleet([worker], 'serving'), 'blue')).toEqual({ worker: 2 });
  // What the definition says is what runs where it is live.
  const [defined] = serviceManifests(one, 'blue').filter(({ metadata }) => metadata.name === 'worker');
  expect(defined?.spec.replicas).toBe(2);
});

it('tells Argo CD to leave that field to who starts it and hands it over', () => {
  const one = fleet([worker, report, web]);
  if (one.gitops === undefined) throw new Error('the fleet lost its gitops');
  const { ignoreDifferences, syncPolicy } = parse(applicationSet(one, one.gitops)).spec.template.spec;
  expect(syncPolicy.syncOptions).toContain('RespectIgnoreDifferences=true');
  expect(ignoreDifferences.filter(({ jsonPointers }: { jsonPointers?: unknown }) => jsonPointers)).toEqual([
    {
      group: 'apps',
      kind: 'Deployment',
      name: 'worker',
      namespace: 'shop',
      jsonPointers: ['/spec/replicas'],
    },
    { group: 'batch', kind: 'CronJob', name: 'report', namespace: 'shop', jsonPointers: ['/spec/suspend'] },
  ]);
});

it('refuses what cannot wait', () => {
  const once = make('Pod', 'once', { spec: { containers: [{ name: 'app', image: 'app:1' }] } });
  expect(refusal(() => synthColour(fleet([once]), 'blue'))).toMatchObject({
    code: 'fleet.singletons',
    problems: [{ where: 'v1 Pod shop/once' }],
  });
});
