import { describe, expect, it } from 'vitest';
import { checkServing, servingConfigMaps, servingSettings, synthColour } from '../../charts/index.ts';
import { defineFleet, type Fleet, type FleetInput } from '../../lib/fleet/index.ts';
import { ZeroshiftError } from '../../lib/messages/error.ts';

type Serving = NonNullable<FleetInput['colours']['green']['serving']>;

const fleetWith = (serving: object, more: object = {}, knative = '1.23.0'): Fleet =>
  defineFleet({
    name: 'shop',
    domain: 'example.com',
    regions: [
      { name: 'eu-west-1', account: '111122223333', availabilityZones: ['eu-west-1a', 'eu-west-1b'] },
    ],
    colours: {
      blue: { kubernetes: '1.34', knative: '1.22.1' },
      green: { kubernetes: '1.35', knative, serving: serving as Serving, ...more },
    },
  });

const refused = (run: () => unknown): string[] => {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ZeroshiftError)) throw error;
    return error.problems.map(({ where, allowed }) => `${where}: ${allowed}`);
  }
  return [];
};

const mistakes = (serving: object, more: object = {}, knative?: string): string[] =>
  refused(() => checkServing(fleetWith(serving, more, knative), 'green'));

describe("a colour's settings of Serving", () => {
  it('are written as they are said, all maps of them', () => {
    const fleet = fleetWith({
      autoscaler: { 'stable-window': '90s', 'enable-scale-to-zero': false },
      certManager: { issuerRef: { name: 'letsencrypt' } },
      defaults: { 'revision-timeout-seconds': 60 },
      deployment: { 'registries-skipping-tag-resolving': ['a.example.com', 'b.example.com'] },
      domain: { 'staff.example.com': { selector: { audience: 'staff' } } },
      features: { 'kubernetes.podspec-affinity': 'Allowed' },
      gc: { 'max-non-active-revisions': 'disabled' },
      leaderElection: { buckets: 2 },
      logging: { 'loglevel.activator': 'debug', 'zap-logger-config': { level: 'warn' } },
      network: { 'external-domain-tls': 'enabled', 'namespace-wildcard-cert-selector': {} },
      observability: { 'runtime-profiling': 'enabled' },
    } satisfies Serving);
    const { 'config-deployment': deployment, ...data } = Object.fromEntries(
      servingConfigMaps(fleet, 'green').map(({ metadata, data }) => [metadata.name, data]),
    );
    expect(data).toEqual({
      'config-autoscaler': { 'stable-window': '90s', 'enable-scale-to-zero': 'false' },
      'config-certmanager': { issuerRef: '{"name":"letsencrypt"}' },
      'config-defaults': { 'revision-timeout-seconds': '60' },
      'config-domain': { 'example.com': '', 'staff.example.com': '{"selector":{"audience":"staff"}}' },
      'config-features': { 'kubernetes.podspec-affinity': 'Allowed' },
      'config-gc': { 'max-non-active-revisions': 'disabled' },
      'config-leader-election': { buckets: '2' },
      'config-logging': { 'loglevel.activator': 'debug', 'zap-logger-config': '{"level":"warn"}' },
      'config-network': {
        'ingress-class': 'kourier.ingress.networking.knative.dev',
        'external-domain-tls': 'enabled',
        'namespace-wildcard-cert-selector': '{}',
      },
      'config-observability': { 'runtime-profiling': 'enabled' },
      'config-tracing': undefined,
    });
    expect(deployment).toMatchObject({ 'registries-skipping-tag-resolving': 'a.example.com,b.example.com' });
    expect(servingSettings(fleet, 'green').defaults).toEqual({ 'revision-timeout-seconds': '60' });
  });

  it.each<[object, string]>([
    [{ autoscaler: { 'stable-window': '5s' } }, 'autoscaler.stable-window: whole seconds from 6s to 1h'],
    [{ gc: { 'min-non-active-revisions': '3' } }, 'gc.min-non-active-revisions: 3, without quotes'],
    [
      { defaults: { 'max-revision-timeout-seconds': 900 } },
      'defaults.max-revision-timeout-seconds: at most 600, the seconds that the activator has to finish requests; raise activator.terminationGracePeriod with it',
    ],
    [
      { network: { 'ingress-class': 'istio.ingress.networking.knative.dev' } },
      'network.ingress-class: kourier.ingress.networking.knative.dev: the entrance leads to Kourier, and no other ingress is installed',
    ],
    [
      { domain: { 'example.com': { selector: { app: 'x' } } } },
      "domain.example.com: another domain: the fleet's own is the one of all services that no selector takes",
    ],
    [
      { domain: { 'shop.example.com': {} } },
      'domain.shop.example.com: a selector: example.com is the domain of all services already, and wins',
    ],
    [
      { network: { 'http-protocol': 'redirected' } },
      'network.http-protocol: enabled, or external-domain-tls enabled, or a certificate of the gateway: nothing would answer https',
    ],
  ])('are refused with the path of the fleet: %j', (serving, problem) => {
    expect(mistakes(serving)).toEqual([`colours.green.serving.${problem}`]);
  });

  it('may let a service take longer where the activator waits as long', () => {
    const serving = {
      defaults: { 'max-revision-timeout-seconds': 900 },
      activator: { terminationGracePeriod: '15m' },
    };
    expect(mistakes(serving)).toEqual([]);
  });

  it('may redirect where the gateway has a certificate', () => {
    const config = { 'certs-secret-name': 'tls', 'certs-secret-namespace': 'default' };
    expect(mistakes({ network: { 'http-protocol': 'redirected' } }, { ingress: { config } })).toEqual([]);
  });

  it("may scale by the HPA's class, whose part is installed then", () => {
    const serving = { autoscaler: { 'pod-autoscaler-class': 'hpa.autoscaling.knative.dev' } };
    expect(mistakes(serving)).toEqual([]);
  });

  it("say how often the controller may call, in that colour's manifests alone", () => {
    const fleet = fleetWith({ controller: { apiCallsPerSecond: 200 } });
    const controller = (colour: 'blue' | 'green'): string =>
      [...synthColour(fleet, colour)].find(([name]) => /^serving\/.*controller\.yaml$/.test(name))?.[1] ?? '';
    expect(controller('green')).toMatch(/name: KUBE_API_QPS\n\s+value: "200"/);
    expect(controller('blue')).toContain('kind: Deployment');
    expect(controller('blue')).not.toContain('KUBE_API');
    expect(refused(() => fleetWith({ controller: { apiCallsPerSecond: 0 } }))).toEqual([
      'colours.green.serving.controller.apiCallsPerSecond: a whole number from 1 to 10000',
    ]);
  });

  it('know no flag of a later release', () => {
    const serving = { features: { 'kubernetes.podspec-volumes-ephemeral': 'enabled' } };
    expect(mistakes(serving)).toEqual([]);
    expect(mistakes(serving, {}, '1.22.1')).toEqual([
      'colours.green.serving.features.kubernetes.podspec-volumes-ephemeral: a key of this release: it came later',
    ]);
  });

  it('are refused when the fleet is read where they are no map, or no map that there is', () => {
    expect(refused(() => fleetWith({ autoscaler: 'x' }))).toEqual([
      'colours.green.serving.autoscaler: an object: keys as the config map has them, and their values',
    ]);
    expect(refused(() => fleetWith({ autoscaller: {} }))).toEqual([
      'colours.green.serving.autoscaller: no such field; did you mean "autoscaler"?',
    ]);
  });
});
