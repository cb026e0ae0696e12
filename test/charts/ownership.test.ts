import { describe, expect, it } from 'vitest';
import { identityOf, isMadeFor, serviceManifests, synthObjects, withOwnership } from '../../charts/index.ts';
import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import { exampleFleet } from '../helpers/fleet.ts';

const fleet = exampleFleet({
  colours: {
    blue: { kubernetes: '1.34', knative: '1.22.1' },
    green: { kubernetes: '1.35', knative: '1.23.0' },
  },
  services: [{ name: 'hello', namespace: 'shop', image: 'app:1' }],
});

const service: KubeObject = {
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name: 'hello', namespace: 'shop', labels: { team: 'a' } },
  spec: { template: { metadata: { labels: { team: 'a' } } } },
};
const [made] = withOwnership([service], 'shop', 'services') as [KubeObject];

/** What Knative makes of a Service: labels and annotations are copied. */
const route: KubeObject = {
  ...made,
  kind: 'Route',
  metadata: {
    ...made.metadata,
    ownerReferences: [{ apiVersion: service.apiVersion, kind: 'Service', name: 'hello', uid: 'u' }],
  },
};

describe('the marks by which the tool recognises what it made', () => {
  it('are on every object of a colour, on its own metadata, and nowhere below it', () => {
    const objects = synthObjects(fleet, 'green').flatMap((file) => file.objects);
    expect(objects.length).toBeGreaterThan(70);
    for (const object of [...objects, ...serviceManifests(fleet, 'green')]) {
      expect(isMadeFor('shop', object), identityOf(object)).toBe(true);
      const { metadata: _, ...rest } = object;
      expect(JSON.stringify(rest)).not.toMatch(/zeroshift\.dev\/(fleet|component|object)/);
    }
  });

  it('say which component an object belongs to, and keep what was there', () => {
    expect(made.metadata).toEqual({
      name: 'hello',
      namespace: 'shop',
      labels: { team: 'a', 'zeroshift.dev/fleet': 'shop', 'zeroshift.dev/component': 'services' },
      annotations: { 'zeroshift.dev/object': 'Service.serving.knative.dev/shop/hello' },
    });
    expect(made.spec).toBe(service.spec);
    expect(new Set(synthObjects(fleet, 'blue').map(({ component }) => component))).toEqual(
      new Set(['serving', 'ingress', 'services', 'post-install']),
    );
  });
});

describe('what is taken for made by the tool', () => {
  it.each<[string, KubeObject]>([
    ['a child with the same marks', route],
    [
      'a copy without an owner, as Kubernetes makes Endpoints',
      { ...made, apiVersion: 'v1', kind: 'Endpoints' },
    ],
    ['a copy under another name', { ...made, metadata: { ...made.metadata, name: 'copy' } }],
    ['a copy in another namespace', { ...made, metadata: { ...made.metadata, namespace: 'other' } }],
    ['an object with the label alone', { ...made, metadata: { ...made.metadata, annotations: {} } }],
    ['an object with the annotation alone', { ...made, metadata: { ...made.metadata, labels: {} } }],
    ['its own kind with an owner', { ...route, kind: 'Service' }],
  ])('not %s', (_, object) => {
    expect(isMadeFor('shop', object)).toBe(false);
  });

  it('not what another fleet made, but the object in another version of its kind', () => {
    expect(isMadeFor('other', made)).toBe(false);
    expect(isMadeFor('shop', { ...made, apiVersion: 'serving.knative.dev/v2' })).toBe(true);
  });

  it('an object that was synthesized without a namespace and went to the default one', () => {
    const { namespace: _, ...metadata } = service.metadata;
    const [nowhere] = withOwnership([{ ...service, metadata }], 'shop', 'services') as [KubeObject];
    const there = { ...nowhere, metadata: { ...nowhere.metadata, namespace: 'default' } };
    expect(isMadeFor('shop', there)).toBe(true);
    expect(isMadeFor('shop', { ...there, metadata: { ...there.metadata, namespace: 'shop' } })).toBe(false);
  });
});
