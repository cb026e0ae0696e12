import { expect, it } from 'vitest';
import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import { stagesOf } from '../../../lib/migration/stages.ts';

const apiVersion = 'serving.knative.dev/v1';
const containers = (image: string) => [{ image }];

function revision(name: string, generation: number): KubeObject {
  return {
    apiVersion,
    kind: 'Revision',
    metadata: {
      name,
      namespace: 'shop',
      labels: {
        team: 'a',
        'serving.knative.dev/service': 'cart',
        'serving.knative.dev/configuration': 'cart',
        'serving.knative.dev/configurationGeneration': String(generation),
      },
      annotations: { 'autoscaling.knative.dev/min-scale': '2', 'serving.knative.dev/routes': 'cart' },
    },
    spec: { containers: containers(`cart:${generation}`) },
  };
}

function service(traffic: readonly object[], latest: string, templateName?: string): KubeObject {
  return {
    apiVersion,
    kind: 'Service',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: {
      template: {
        ...(templateName === undefined ? {} : { metadata: { name: templateName } }),
        spec: { containers: containers('cart:now') },
      },
      traffic,
    },
    status: { latestReadyRevisionName: latest },
  };
}

const stages = (of: KubeObject, ...revisions: KubeObject[]) =>
  stagesOf({ service: of, revisions, domainMappings: [] });

it('recreates a service that follows its latest revision in one write', () => {
  const only = service([{ latestRevision: true, percent: 100 }], 'cart-00007');
  expect(stages(only, revision('cart-00007', 7))).toEqual([
    {
      object: {
        apiVersion,
        kind: 'Service',
        metadata: { name: 'cart', namespace: 'shop' },
        spec: only.spec,
      },
    },
  ]);
});

it('makes named revisions in the order in which they came to be, each from its own template', () => {
  const split = service(
    [
      { revisionName: 'cart-b', percent: 50 },
      { revisionName: 'cart-a', percent: 40 },
      { revisionName: 'cart-c', percent: 10 },
    ],
    'cart-c',
    'cart-c',
  );
  const made = stages(split, revision('cart-b', 12), revision('cart-a', 9), revision('cart-c', 20));
  expect(made.map(({ revision: name }) => name)).toEqual(['cart-a', 'cart-b', undefined]);
  expect(made[0]?.object.spec).toEqual({
    template: {
      // No label of the other cluster's: with those a later generation would be taken for this one.
      metadata: {
        name: 'cart-a',
        labels: { team: 'a' },
        annotations: { 'autoscaling.knative.dev/min-scale': '2' },
      },
      spec: { containers: containers('cart:9') },
    },
    traffic: [{ latestRevision: true, percent: 100 }],
  });
  expect(made[2]?.object.spec).toEqual(split.spec);
});

it('lets generated names come out of the same generations, and refuses where they cannot', () => {
  const pinned = (first: string, second: string, latest: string) =>
    service(
      [
        { revisionName: first, percent: 50 },
        { revisionName: second, percent: 50 },
      ],
      latest,
    );
  const good = stages(
    pinned('cart-00001', 'cart-00002', 'cart-00002'),
    revision('cart-00001', 1),
    revision('cart-00002', 2),
  );
  expect(good.map(({ revision: name }) => name)).toEqual(['cart-00001', undefined]);
  expect(good[0]?.object.spec.template.metadata).not.toHaveProperty('name');
  const gaps = [
    // Generation 2 is gone, so the new 00003 would be called 00002.
    [pinned('cart-00001', 'cart-00003', 'cart-00003'), revision('cart-00001', 1), revision('cart-00003', 3)],
    [pinned('cart-00002', 'cart-00005', 'cart-00005'), revision('cart-00002', 2), revision('cart-00005', 5)],
    [service([{ revisionName: 'cart-00004', percent: 100 }], 'cart-00004'), revision('cart-00004', 4)],
  ] as const;
  for (const [of, ...revisions] of gaps)
    expect(() => stages(of, ...revisions)).toThrow(
      expect.objectContaining({ code: 'migration.revision-gap' }),
    );
});
