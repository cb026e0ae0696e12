import { describe, expect, it } from 'vitest';
import { serviceManifests, servingConfigMaps, synthColour } from '../../charts/index.ts';
import { releaseVersions } from '../../constructs/knative/index.ts';
import { domain, domainMappings, services } from '../../examples/shop/index.ts';
import type { Fleet, FleetInput } from '../../lib/fleet/index.ts';
import { ZeroshiftError } from '../../lib/messages/error.ts';
import { exampleFleet } from '../helpers/fleet.ts';

const colours = {
  blue: { kubernetes: '1.34', knative: '1.22.1' },
  green: { kubernetes: '1.35', knative: '1.23.0' },
};
const fleet = (overrides: Partial<FleetInput> = {}): Fleet =>
  exampleFleet({
    domain,
    services: [...services],
    domainMappings: [...domainMappings],
    colours,
    ...overrides,
  });

const problemsOf = (make: () => unknown): string[] => {
  try {
    make();
  } catch (error) {
    if (error instanceof ZeroshiftError)
      return [error.code, ...error.problems.map(({ where, allowed }) => `${where}: ${allowed}`)];
    throw error;
  }
  return [];
};

describe('the manifests of a colour', () => {
  it('are the same to the byte each time, whatever order the fleet has its keys in', () => {
    const turned = fleet({ services: services.map((service) => ({ ...reversed(service) })) });
    const [first, again, other] = [fleet(), fleet(), turned].map((one) => [...synthColour(one, 'green')]);
    expect(again).toEqual(first);
    expect(other).toEqual(first);
  });

  it('come in the order of application: serving, ingress, namespaces, services, hosts, jobs', () => {
    const names = [...synthColour(fleet(), 'green').keys()];
    expect(names.filter((name) => !name.startsWith('serving/'))).toEqual([
      'ingress/00-namespace.yaml',
      'ingress/01-rbac.yaml',
      'ingress/02-config.yaml',
      'ingress/03-controller.yaml',
      'ingress/04-gateway-services.yaml',
      'ingress/05-gateway.yaml',
      'ingress/Kustomization',
      'services/0-namespaces.yaml',
      'services/4-shop.cart.yaml',
      'services/4-shop.catalog.yaml',
      'services/4-shop.checkout.yaml',
      'services/4-shop.front.yaml',
      'services/4-shop.hello.yaml',
      'services/4-shop.ledger.yaml',
      'services/4-shop.reports.yaml',
      'services/4-shop.search.yaml',
      'services/5-www.example.com.yaml',
      'services/Kustomization',
      'post-install/00-jobs.yaml',
      'post-install/Kustomization',
      'Kustomization',
    ]);
    const serving = names.filter((name) => name.startsWith('serving/'));
    expect(names.slice(0, serving.length)).toEqual(serving);
    expect(serving.slice(0, 2)).toEqual(['serving/00-crds.yaml', 'serving/01-namespace.yaml']);
    expect(serviceManifests(fleet(), 'blue').map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(
      [
        'Namespace shop',
        ...services.map(({ name }) => `Service ${name}`).sort(),
        'ClusterDomainClaim www.example.com',
        'DomainMapping www.example.com',
      ],
    );
  });

  it('read as a person would write them', () => {
    expect(synthColour(fleet(), 'green').get('services/4-shop.ledger.yaml')).toMatchInlineSnapshot(`
      "apiVersion: serving.knative.dev/v1
      kind: Service
      metadata:
        name: ledger
        namespace: shop
        annotations:
          argocd.argoproj.io/sync-wave: "4"
          zeroshift.dev/object: Service.serving.knative.dev/shop/ledger
        labels:
          zeroshift.dev/fleet: shop
          zeroshift.dev/component: services
      spec:
        template:
          metadata:
            annotations:
              autoscaling.knative.dev/max-scale: "10"
              autoscaling.knative.dev/min-scale: "2"
          spec:
            containerConcurrency: 1
            containers:
              - env:
                  - name: TARGET
                    value: ledger
                  - name: ANSWER_MS
                    value: "6"
                  - name: STARTUP_MS
                    value: "300"
                image: ghcr.io/zeroshift-examples/shop-ledger:1.0
      "
    `);
  });

  it('carry the release of the colour', () => {
    const text = (colour: 'blue' | 'green') => [...synthColour(fleet(), colour).values()].join();
    expect(text('blue')).toContain('app.kubernetes.io/version: 1.22.1');
    expect(text('blue')).not.toContain('1.23.0');
    expect(text('green')).toContain('app.kubernetes.io/version: 1.23.0');
  });
});

describe('the config maps of a colour', () => {
  const data = (one: Fleet) =>
    Object.fromEntries(servingConfigMaps(one, 'green').map(({ metadata, data }) => [metadata.name, data]));
  const green = (serving: object): Partial<FleetInput> => ({
    colours: { ...colours, green: { ...colours.green, serving } },
  });

  it('follow from the fleet: its domain, the ingress, what its services need, what it says itself', () => {
    const maps = data(
      fleet({
        services: [
          { name: 'a', image: 'app', scaling: { initial: 0 }, nodeSelector: { disk: 'fast' } },
          { name: 'b', image: 'b' },
        ],
        domainMappings: [],
        ...green({ network: { 'rollout-duration': 30 }, deployment: { 'progress-deadline': '120s' } }),
      }),
    );
    expect(maps['config-domain']).toEqual({ 'example.com': '' });
    expect(maps['config-network']).toEqual({
      'ingress-class': 'kourier.ingress.networking.knative.dev',
      'rollout-duration': '30',
    });
    expect(maps['config-autoscaler']).toEqual({ 'allow-zero-initial-scale': 'true' });
    expect(maps['config-features']).toEqual({ 'kubernetes.podspec-nodeselector': 'enabled' });
    expect(maps['config-deployment']).toMatchObject({ 'progress-deadline': '120s' });
    expect(maps['config-deployment']).toHaveProperty('queue-sidecar-image');
  });

  it('are checked with the fields of the fleet, all at once', () => {
    const wrong = fleet({
      colours: {
        ...colours,
        green: {
          kubernetes: '1.33',
          knative: '1.23.0',
          serving: {
            autoscaler: { 'stable-windo': '60s' },
            network: { 'rollout-duration': '30s' },
          } as object,
        },
      },
    });
    expect(problemsOf(() => synthColour(wrong, 'green'))).toEqual([
      'fleet.invalid',
      'colours.green.serving.autoscaler.stable-windo: a known key: did you mean "stable-window"?',
      'colours.green.serving.network.rollout-duration: a whole number',
      'colours.green.kubernetes: 1.34 or newer, which Knative Serving 1.23.0 needs',
    ]);
    expect(
      problemsOf(() =>
        synthColour(
          exampleFleet({ colours: { ...colours, blue: { ...colours.blue, knative: '1.22.0' } } }),
          'blue',
        ),
      ),
    ).toEqual(['knative.unknown-release', `colours.blue.knative: one of ${releaseVersions.join(', ')}`]);
  });

  it('refuse a service that needs what the fleet forbids, with the name of the key', () => {
    const forbidding = fleet(green({ autoscaler: { 'allow-zero-initial-scale': false } }));
    expect(problemsOf(() => synthColour(forbidding, 'green'))).toEqual([
      'service.invalid',
      'services[0].scaling.initial: 1 or more while allow-zero-initial-scale is off',
    ]);
    expect(problemsOf(() => synthColour(forbidding, 'blue'))).toEqual([]);
  });

  it('name the mistakes of all services at once', () => {
    const wrong = fleet({
      services: [
        { name: 'A', image: 'app' },
        { name: 'b', image: 'app', containerConcurrency: -1 },
      ],
      domainMappings: [],
    });
    expect(problemsOf(() => serviceManifests(wrong, 'green')).map((line) => line.split(': ')[0])).toEqual([
      'service.invalid',
      'services[0].name',
      'services[1].containerConcurrency',
    ]);
  });
});

/** The same props in the opposite order. Variables keep theirs: one may refer to an earlier one. */
const reversed = <T extends object>(props: T): T => Object.fromEntries(Object.entries(props).reverse()) as T;
