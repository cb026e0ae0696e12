import { App, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import {
  KnativeService,
  type KnativeServiceProps,
  neededSettings,
  neededSettingsOf,
  renderService,
  serviceProblems,
} from '../../../constructs/service/index.ts';
import { errorText, type ZeroshiftError } from '../../../lib/messages/error.ts';

const image = 'ghcr.io/team/app:1.0';
const mounts = { '/v': 'v' };

/** A prop for each feature flag that one may need, and where it is refused when the fleet forbids it. */
const gated: readonly (readonly [flag: string, props: Partial<KnativeServiceProps>, at: string])[] = [
  ['kubernetes.podspec-affinity', { affinity: { apartFromPods: { prefer: [{}] } } }, 'affinity'],
  ['kubernetes.podspec-dnsconfig', { dnsConfig: { searches: ['a.b'] } }, 'dnsConfig'],
  ['kubernetes.podspec-dnspolicy', { dnsPolicy: 'Default' }, 'dnsPolicy'],
  ['kubernetes.podspec-hostaliases', { hostAliases: { '10.0.0.1': ['a'] } }, 'hostAliases'],
  ['kubernetes.podspec-init-containers', { initContainers: [{ name: 'a', image }] }, 'initContainers'],
  ['kubernetes.podspec-nodeselector', { nodeSelector: { a: 'b' } }, 'nodeSelector'],
  ['kubernetes.podspec-priorityclassname', { priorityClassName: 'high' }, 'priorityClassName'],
  ['kubernetes.podspec-runtimeclassname', { runtimeClassName: 'gvisor' }, 'runtimeClassName'],
  ['kubernetes.podspec-schedulername', { schedulerName: 'packer' }, 'schedulerName'],
  ['kubernetes.podspec-shareprocessnamespace', { shareProcessNamespace: true }, 'shareProcessNamespace'],
  ['kubernetes.podspec-tolerations', { tolerations: [{ key: 'a' }] }, 'tolerations'],
  [
    'kubernetes.podspec-topologyspreadconstraints',
    { topologySpread: [{ topologyKey: 'a' }] },
    'topologySpread',
  ],
  ['kubernetes.podspec-securitycontext', { podSecurityContext: { fsGroup: 1 } }, 'podSecurityContext'],
  ['kubernetes.podspec-fieldref', { env: { A: { field: 'status.podIP' } } }, 'env.A'],
  ['kubernetes.podspec-fieldref', { env: { A: { resource: 'limits.cpu' } } }, 'env.A'],
  [
    'kubernetes.containerspec-addcapabilities',
    { securityContext: { capabilities: { add: ['CHOWN'] } } },
    'securityContext.capabilities.add',
  ],
  ['kubernetes.podspec-volumes-emptydir', { mounts, volumes: { v: { emptyDir: {} } } }, 'volumes.v'],
  ['kubernetes.podspec-volumes-csi', { mounts, volumes: { v: { csi: { driver: 'a' } } } }, 'volumes.v'],
  [
    'kubernetes.podspec-volumes-ephemeral',
    { mounts, volumes: { v: { ephemeral: { size: '1Gi' } } } },
    'volumes.v',
  ],
  ['kubernetes.podspec-volumes-image', { mounts, volumes: { v: { image } } }, 'volumes.v'],
  [
    'kubernetes.podspec-persistent-volume-claim',
    { mounts, volumes: { v: { persistentVolumeClaim: 'a' } } },
    'volumes.v',
  ],
  [
    'kubernetes.podspec-persistent-volume-write',
    { mounts, volumes: { v: { persistentVolumeClaim: 'a', readOnly: false } } },
    'volumes.v.readOnly',
  ],
  ['queueproxy.mount-podinfo', { queueProxy: { podInfo: true } }, 'queueProxy.podInfo'],
  [
    'multi-container',
    {
      image: undefined,
      containers: [
        { name: 'a', image, port: 80 },
        { name: 'b', image },
      ],
    } as never,
    'containers',
  ],
  [
    'multi-container-probing',
    {
      image: undefined,
      containers: [
        { name: 'a', image, port: 80 },
        { name: 'b', image, livenessProbe: { exec: ['up'] } },
      ],
    } as never,
    'containers[1].livenessProbe',
  ],
];

describe('a prop behind a feature flag', () => {
  it.each(gated.map(([flag, part, at]) => ({ flag, part, at })))('$flag: $part', ({ flag, part, at }) => {
    const props = { name: 'cart', image, ...part } as KnativeServiceProps;
    const { features = {} } = neededSettings(props);
    expect(features[flag]).toMatch(/^(enabled|allowed)$/);
    expect(neededSettingsOf(renderService(props)).features).toEqual(features);
    expect(serviceProblems(props)).toEqual([]);
    // The fleet says no.
    const refused = serviceProblems(props, { features: { ...features, [flag]: 'disabled' } });
    expect(refused.map(({ where }) => where)).toEqual([at]);
    expect(refused[0]?.allowed).toContain(
      flag === 'multi-container-probing' ? flag : `the feature ${flag} is disabled`,
    );
  });

  it('turns on nothing that is not needed', () => {
    expect(neededSettings({ name: 'cart', image })).toEqual({ autoscaler: {}, features: {} });
    expect(neededSettings({ name: 'cart', image, mounts, volumes: { v: { secret: 'a' } } }).features).toEqual(
      {},
    );
  });

  it('is refused with both versions where the release is too old for it', () => {
    const props: KnativeServiceProps = {
      name: 'cart',
      image,
      mounts,
      volumes: { v: { ephemeral: { size: '1Gi' } } },
    };
    const serving = { ...neededSettings(props), release: '1.22.1' };
    expect(serviceProblems(props, { ...serving, release: '1.23.0' })).toEqual([]);
    const thrown = (() => {
      try {
        return new KnativeService(new Chart(new App(), 'c'), 'cart', { ...props, serving });
      } catch (error) {
        return error;
      }
    })();
    expect(errorText(thrown as ZeroshiftError)).toBe(
      [
        'there is a mistake in the service default/cart [service.invalid]',
        '  volumes.v: {"ephemeral":{"size":"1Gi"}} was given; allowed: nothing with Knative Serving 1.22.1: ' +
          'the feature kubernetes.podspec-volumes-ephemeral came with 1.23; take a newer release, or leave it out',
        '  to do: mend the props named above and run it again',
      ].join('\n'),
    );
  });

  it('is found in an object as it goes to a cluster, and in nothing else', () => {
    const service = (template: object) => ({
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: { name: 'a' },
      spec: { template },
    });
    expect(
      neededSettingsOf(
        service({
          metadata: { annotations: { 'autoscaling.knative.dev/initialScale': '0' } },
          spec: { containers: [{ image }], nodeSelector: { a: 'b' } },
        }),
      ),
    ).toEqual({
      autoscaler: { 'allow-zero-initial-scale': 'true' },
      features: { 'kubernetes.podspec-nodeselector': 'enabled' },
    });
    const plain = { ...service({ spec: { nodeSelector: { a: 'b' } } }), apiVersion: 'v1' };
    expect(neededSettingsOf(plain)).toEqual({});
    expect(
      neededSettingsOf({ apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'a' } }),
    ).toEqual({
      autoscaler: {},
      features: {},
    });
  });
});
