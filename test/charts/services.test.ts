import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { serviceManifests, servingConfigMaps, synthColour } from '../../charts/index.ts';
import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import { type Colour, type Fleet, type FleetInput, loadFleet } from '../../lib/fleet/index.ts';
import { exampleFleet } from '../helpers/fleet.ts';
import { refusal } from '../helpers/refusal.ts';
import { temporaryDirectories } from '../helpers/temporary-directory.ts';
import { resourcesOf, synthesize, templateOf } from '../lib/stacks/synthesis.ts';

const temporaryDirectory = temporaryDirectories();

const colours = {
  blue: { kubernetes: '1.34', knative: '1.22.1' },
  green: { kubernetes: '1.35', knative: '1.23.0' },
};
const fleet = (services: FleetInput['services'], more: Partial<FleetInput> = {}): Fleet =>
  exampleFleet({ colours, services: services ?? [], ...more });

const given = {
  name: 'shop',
  domain: 'example.com',
  regions: [{ name: 'eu-west-1', account: '111122223333', availabilityZones: ['eu-west-1a', 'eu-west-1b'] }],
  colours,
};

const knative = (name: string, pod: object = {}, template: object = {}): KubeObject => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { template: { ...template, spec: { containers: [{ image: 'app:1' }], ...pod } } },
});
const plain = (apiVersion: string, kind: string, name: string, namespace?: string, more: object = {}) =>
  ({
    apiVersion,
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    ...more,
  }) as KubeObject;
const service = (name: string, namespace: string, port: number) =>
  plain('v1', 'Service', name, namespace, { spec: { selector: { app: name }, ports: [{ port }] } });

const filesOf = (one: Fleet, colour: Colour = 'green') =>
  [...synthColour(one, colour)]
    .filter(([name]) => name.startsWith('services/') && name.endsWith('.yaml'))
    .map(([name, text]): [string, KubeObject[]] => [
      name.replace('services/', ''),
      parseAllDocuments(text).map((document) => document.toJS() as KubeObject),
    ]);
const nameOf = ({ kind, metadata }: KubeObject) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
describe("a fleet's manifests", () => {
  const mixed = [
    plain('batch/v1', 'CronJob', 'nightly', 'jobs'),
    knative('web'),
    plain('apps/v1', 'Deployment', 'plain', 'shop', { spec: { replicas: 0, paused: false, x: '1' } }),
    plain('v1', 'Service', 'plain', 'shop'),
    plain('v1', 'ConfigMap', 'settings', 'shop', { data: { on: 'yes', time: '12:30', empty: '' } }),
    plain('rbac.authorization.k8s.io/v1', 'ClusterRole', 'shop:reader'),
    plain('example.com/v1', 'Certificate', 'own', 'shop'),
    plain('cert-manager.io/v1', 'Certificate', 'own', 'shop'),
    plain('v1', 'Namespace', 'given'),
    plain('v1', 'ServiceAccount', 'robot', 'given'),
    plain('apps/v1', 'DaemonSet', 'agent', 'kube-system'),
  ];

  it('are a file each in the order of application, whatever order they come in', () => {
    const names = filesOf(fleet(mixed)).map(([name, objects]) => [name, objects.map(nameOf).join()]);
    expect(names).toEqual([
      ['0-namespace.given.yaml', 'Namespace /given'],
      ['0-namespaces.yaml', 'Namespace /jobs,Namespace /shop'],
      ['1-clusterrole.shop__reader.yaml', 'ClusterRole /shop:reader'],
      ['1-given.serviceaccount.robot.yaml', 'ServiceAccount given/robot'],
      ['1-shop.certificate.own.yaml', 'Certificate shop/own'],
      ['1-shop.certificate.own_2.yaml', 'Certificate shop/own'],
      ['1-shop.configmap.settings.yaml', 'ConfigMap shop/settings'],
      ['2-shop.service.plain.yaml', 'Service shop/plain'],
      ['3-jobs.cronjob.nightly.yaml', 'CronJob jobs/nightly'],
      ['3-kube-system.daemonset.agent.yaml', 'DaemonSet kube-system/agent'],
      ['3-shop.deployment.plain.yaml', 'Deployment shop/plain'],
      ['4-shop.web.yaml', 'Service shop/web'],
    ]);
    expect([...synthColour(fleet([...mixed].reverse()), 'green')]).toEqual([
      ...synthColour(fleet(mixed), 'green'),
    ]);
  });

  it('go to both colours as they are, but for the marks on their own metadata', () => {
    for (const colour of ['blue', 'green'] as const) {
      const made = filesOf(fleet(mixed), colour).flatMap(([, objects]) => objects);
      for (const given of mixed) {
        const there = made.find(
          (one) => nameOf(one) === nameOf(given) && one.apiVersion === given.apiVersion,
        );
        const { labels, annotations, ...metadata } = there?.metadata ?? { name: '' };
        expect({ ...there, metadata }).toEqual(given);
      }
    }
  });
});

describe("Knative's objects among them", () => {
  it('turn on what they need, as typed ones do', () => {
    const one = fleet([
      knative('web', { nodeSelector: { disk: 'fast' } }),
      knative('zero', {}, { metadata: { annotations: { 'autoscaling.knative.dev/initial-scale': '0' } } }),
    ]);
    const data = Object.fromEntries(
      servingConfigMaps(one, 'green').map(({ metadata, data: map }) => [metadata.name, map]),
    );
    expect(data['config-features']).toMatchObject({ 'kubernetes.podspec-nodeselector': 'enabled' });
    expect(data['config-autoscaler']).toMatchObject({ 'allow-zero-initial-scale': 'true' });
    expect(serviceManifests(one, 'green').map(nameOf)).toContain('Service shop/zero');
  });

  it("bring Kubernetes' own autoscaler along when they scale by it", () => {
    const classed = {
      metadata: { annotations: { 'autoscaling.knative.dev/class': 'hpa.autoscaling.knative.dev' } },
    };
    const hpa = (one: Fleet) => [...synthColour(one, 'green').values()].join().includes('autoscaler-hpa');
    expect(hpa(fleet([knative('web')]))).toBe(false);
    const containers = [{ image: 'app:1', resources: { requests: { cpu: '100m' } } }];
    expect(hpa(fleet([knative('web', { containers }, classed)]))).toBe(true);
  });

  it('are judged under the settings and the release of each colour, at their own fields', () => {
    const forbidding = {
      colours: {
        ...colours,
        green: { ...colours.green, serving: { features: { 'kubernetes.podspec-nodeselector': 'disabled' } } },
      },
    } as Partial<FleetInput>;
    const one = fleet([knative('web', { nodeSelector: { disk: 'fast' } })], forbidding);
    expect(() => serviceManifests(one, 'blue')).not.toThrow();
    const error = refusal(() => serviceManifests(one, 'green'));
    expect(error.code).toBe('service.invalid');
    expect(error.problems.map(({ where }) => where)).toEqual(['services[0].spec.template.spec.nodeSelector']);
  });

  it('are refused for fields that nobody reads, with the nearest name', () => {
    const wrong = fleet([
      knative('web', { containerConcurency: 1, containers: [{ image: 'a', imagePullPolice: 'Always' }] }),
      {
        apiVersion: 'networking.internal.knative.dev/v1alpha1',
        kind: 'ClusterDomainClaim',
        metadata: { name: 'www.example.com' },
        spec: { namespce: 'shop' },
      },
    ]);
    expect(
      refusal(() => serviceManifests(wrong, 'green')).problems.map(({ where, allowed }) => [where, allowed]),
    ).toEqual(
      expect.arrayContaining([
        [
          'services[0].spec.template.spec.containerConcurency',
          expect.stringContaining('containerConcurrency'),
        ],
        [
          'services[0].spec.template.spec.containers[0].imagePullPolice',
          expect.stringContaining('imagePullPolicy'),
        ],
        ['services[1].spec.namespce', expect.stringContaining('did you mean namespace?')],
        ['services[1].spec.namespace', expect.stringContaining('namespace')],
      ]),
    );
  });

  it('are told with the line of the field, and typed ones with the name of their export', async () => {
    const directory = await temporaryDirectory();
    await mkdir(join(directory, 'apps'));
    await writeFile(
      join(directory, 'fleet.config.mjs'),
      `import { defineFleet } from 'zeroshift/fleet';
       export default defineFleet(${JSON.stringify({ ...given, services: 'apps' })});`,
    );
    await writeFile(
      join(directory, 'apps/a.ts'),
      "export const b = { name: 'b', image: 'app:1', timeout: '1h' };",
    );
    await writeFile(
      join(directory, 'apps/c.yaml'),
      [
        '# first',
        'apiVersion: v1',
        'kind: ConfigMap',
        'metadata: { name: settings }',
        '---',
        'apiVersion: serving.knative.dev/v1',
        'kind: Service',
        'metadata:',
        '  name: web',
        'spec:',
        '  template:',
        '    spec:',
        '      containers:',
        '        - name: web',
        '          image: app:1',
        '          command: []',
        '      containerConcurency: 1',
      ].join('\n'),
    );
    const read = await loadFleet(join(directory, 'fleet.config.mjs'));
    const { problems } = refusal(() => serviceManifests(read, 'green'));
    expect(problems.map(({ where }) => where.replace(`${directory}/`, ''))).toEqual([
      'apps/a.ts: b.timeout',
      'apps/c.yaml:17 spec.template.spec.containerConcurency',
    ]);
  });

  it.each([
    'nothing',
    { template: 'x' },
    { template: { spec: { containers: 'x' } } },
    { template: { metadata: 7, spec: { volumes: [null], containers: [null, 7] } } },
    [],
  ])('of the wrong shape (%j) are refused, not stumbled over', (spec) => {
    const wrong = fleet([{ ...knative('web'), spec } as KubeObject]);
    expect(refusal(() => serviceManifests(wrong, 'green')).code).toBe('service.invalid');
    expect(refusal(() => synthColour(wrong, 'green')).code).toBe('service.invalid');
  });
});

describe('a port that leads to a plain Service', () => {
  const services = [
    service('broker', 'shop', 1883),
    service('feed', 'default', 7000),
    service('own', 'given', 7001),
    plain('v1', 'Namespace', 'given'),
    plain('apps/v1', 'Deployment', 'broker', 'shop'),
  ];
  const ports = [
    443 as const,
    { port: 1883, service: 'broker', namespace: 'shop' },
    { port: 65_535, service: 'feed', servicePort: 7000 },
    { port: 7001, service: 'own', namespace: 'given' },
  ];
  const one = fleet(services, { entrance: { ports } });
  const bindings = (from: Fleet, colour: Colour) =>
    serviceManifests(from, colour).filter(({ kind }) => kind === 'TargetGroupBinding');

  it('is bound to the target group that the stacks make, in the namespace of the Service', () => {
    const { stacks } = synthesize(one);
    for (const colour of ['blue', 'green'] as const) {
      const made = resourcesOf(
        templateOf(stacks, `shop-eu-west-1-${colour}`),
        'AWS::ElasticLoadBalancingV2::TargetGroup',
      ).map(({ Properties }) => String(Properties.Name));
      const bound = bindings(one, colour);
      expect(
        bound.map(({ apiVersion, metadata: { name, namespace }, spec }) => [
          apiVersion,
          namespace,
          name,
          spec,
        ]),
      ).toEqual([
        [
          'eks.amazonaws.com/v1',
          'default',
          'feed-65535',
          {
            serviceRef: { name: 'feed', port: 7000 },
            targetGroupName: `shop-${colour}-65535`,
            targetType: 'ip',
          },
        ],
        [
          'eks.amazonaws.com/v1',
          'given',
          'own-7001',
          {
            serviceRef: { name: 'own', port: 7001 },
            targetGroupName: `shop-${colour}-7001`,
            targetType: 'ip',
          },
        ],
        [
          'eks.amazonaws.com/v1',
          'shop',
          'broker-1883',
          {
            serviceRef: { name: 'broker', port: 1883 },
            targetGroupName: `shop-${colour}-1883`,
            targetType: 'ip',
          },
        ],
      ]);
      const gateway = [...synthColour(one, colour)].filter(([name]) => name.startsWith('ingress/')).join();
      for (const name of made) {
        expect(name.length).toBeLessThanOrEqual(32);
        const plainOnes = bound.map(({ spec }) => spec.targetGroupName);
        expect(plainOnes.includes(name) || gateway.includes(`targetGroupName: ${name}`)).toBe(true);
      }
      expect(made).toHaveLength(4);
    }
  });

  it('asks for readiness gates where its pods are made, before they are, given and existing namespaces included', () => {
    const files = filesOf(one);
    const gates = { 'eks.amazonaws.com/pod-readiness-gate-inject': 'enabled' };
    const spaces = files.flatMap(([, objects]) => objects).filter(({ kind }) => kind === 'Namespace');
    expect(spaces.map(({ metadata }) => metadata.name)).toEqual(['given', 'default', 'shop']);
    for (const { metadata } of spaces) expect(metadata.labels).toMatchObject(gates);
    const names = files.map(([name]) => name);
    const last = names.findLastIndex((name) => /namespace|targetgroupbinding/.test(name));
    const first = names.findIndex((name) => name.startsWith('3-'));
    expect(first).toBeGreaterThan(last);
  });

  it("is bound by the team's own controller, to the team's own target groups", () => {
    const theirs = fleet(services, {
      entrance: { ports },
      colours: {
        ...colours,
        green: {
          ...colours.green,
          existing: {
            'eu-west-1': {
              entranceArn:
                'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/theirs/0123456789abcdef',
            },
          },
          ingress: {
            controller: 'aws-load-balancer-controller',
            targetGroups: {
              443: { name: 'tls' },
              1883: { name: 'mqtt' },
              7001: { name: 'own' },
              65535: { name: 'feed' },
            },
          },
        },
      },
    });
    expect(() => synthColour(theirs, 'green')).not.toThrow();
    expect(
      bindings(theirs, 'green').map(({ apiVersion, spec }) => [apiVersion, spec.targetGroupName]),
    ).toEqual([
      ['elbv2.k8s.aws/v1beta1', 'feed'],
      ['elbv2.k8s.aws/v1beta1', 'own'],
      ['elbv2.k8s.aws/v1beta1', 'mqtt'],
    ]);
    expect(bindings(theirs, 'blue').map(({ spec }) => spec.targetGroupName)).toContain('shop-blue-1883');
  });
});

describe('the example of a dual stack', () => {
  it('synthesizes both colours', async () => {
    const dual = await loadFleet('examples/dual-stack/fleet.config.ts');
    expect(filesOf(dual).map(([name]) => name)).toEqual([
      '0-namespaces.yaml',
      '2-orders.service.broker.yaml',
      '2-orders.targetgroupbinding.broker-1883.yaml',
      '3-orders.deployment.broker.yaml',
      '4-orders.invoices.yaml',
      '4-orders.orders.yaml',
      '5-orders.example.org.yaml',
    ]);
    expect(filesOf(dual, 'blue').map(([name]) => name)).toEqual(filesOf(dual).map(([name]) => name));
  });
});
