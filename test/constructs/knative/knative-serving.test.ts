import { App, Chart, Testing } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import {
  KnativeServing,
  type KnativeServingProps,
  releaseVersions,
} from '../../../constructs/knative/index.ts';
import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import { refusal } from '../../helpers/refusal.ts';

const objects = (props: Partial<KnativeServingProps> = {}): KubeObject[] => {
  const chart = new Chart(new App(), 'serving');
  new KnativeServing(chart, 'serving', { release: '1.23.0', ...props });
  return Testing.synth(chart);
};

const find = (all: readonly KubeObject[], kind: string, name: string): KubeObject => {
  const found = all.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
};

describe('Knative Serving', () => {
  it('lets every node drain by default: two replicas, and a budget that lets one go', () => {
    const all = objects();
    for (const name of ['activator', 'webhook']) {
      expect(find(all, 'HorizontalPodAutoscaler', name).spec.minReplicas).toBe(2);
      expect(find(all, 'PodDisruptionBudget', `${name}-pdb`).spec).toMatchObject({ maxUnavailable: 1 });
      expect(find(all, 'PodDisruptionBudget', `${name}-pdb`).spec).not.toHaveProperty('minAvailable');
      const [constraint] = find(all, 'Deployment', name).spec.template.spec.topologySpreadConstraints;
      expect(constraint.topologyKey).toBe('topology.kubernetes.io/zone');
    }
    // One controller spreads over nothing.
    expect(find(all, 'Deployment', 'controller').spec.template.spec).not.toHaveProperty(
      'topologySpreadConstraints',
    );
  });

  it('tells the controller how often it may call only where that is said, and the autoscaler, which would not listen, never', () => {
    const envOf = (all: readonly KubeObject[], name: string): Record<string, string> =>
      Object.fromEntries(
        find(all, 'Deployment', name)
          .spec.template.spec.containers[0].env.filter(({ name: key }: { name: string }) =>
            key.startsWith('KUBE_API_'),
          )
          .map((one: { name: string; value: string }) => [one.name, one.value]),
      );
    expect(envOf(objects(), 'controller')).toEqual({});
    const raised = objects({ controller: { apiCallsPerSecond: 200 } });
    expect(envOf(raised, 'controller')).toEqual({ KUBE_API_QPS: '200', KUBE_API_BURST: '400' });
    expect(envOf(raised, 'autoscaler')).toEqual({});
  });

  it('passes the props of each part on', () => {
    const all = objects({
      controller: { replicas: 3, nodeSelector: { pool: 'system' } },
      autoscaler: { tolerations: [{ key: 'system', operator: 'Exists' }] },
      activator: { terminationGracePeriod: 900, resources: { requests: { cpu: '1' } }, minReplicas: 4 },
      config: { network: { 'system-internal-tls': 'enabled' } },
      queueProxy: {
        resources: { requests: { cpu: '50m' }, limits: { memory: '64Mi' } },
        tls: { minVersion: '1.3' },
        deployment: { 'progress-deadline': '120s' },
      },
    });
    expect(find(all, 'Deployment', 'controller').spec).toMatchObject({
      replicas: 3,
      template: { spec: { nodeSelector: { pool: 'system' } } },
    });
    expect(find(all, 'Deployment', 'autoscaler').spec.template.spec.tolerations).toEqual([
      { key: 'system', operator: 'Exists' },
    ]);
    const activator = find(all, 'Deployment', 'activator').spec.template.spec;
    expect(activator.terminationGracePeriodSeconds).toBe(900);
    expect(activator.containers[0].resources.requests).toEqual({ cpu: '1' });
    expect(find(all, 'HorizontalPodAutoscaler', 'activator').spec.minReplicas).toBe(4);
    const { 'queue-sidecar-image': image, ...data } = find(all, 'ConfigMap', 'config-deployment').data;
    expect(data).toEqual({
      'queue-sidecar-cpu-request': '50m',
      'queue-sidecar-memory-limit': '64Mi',
      'queue-sidecar-tls-min-version': '1.3',
      'progress-deadline': '120s',
    });
    expect(find(all, 'Image', 'queue-proxy').spec.image).toBe(image);
  });

  it('names the nearest key for a typo, and every mistake at once', () => {
    const config = {
      autoscaler: { 'stable-windo': '60s', 'panic-window-percentage': 'ten' },
      features: { 'multi-container': 'on' },
      domain: { 'Shop.example.com': {} },
    };
    const error = refusal(() =>
      objects({ config: config as unknown as NonNullable<KnativeServingProps['config']> }),
    );
    expect(error.code).toBe('config.invalid');
    expect(error.problems.map(({ where, allowed }) => `${where}: ${allowed}`)).toEqual([
      'config-autoscaler.stable-windo: a known key: did you mean "stable-window"?',
      'config-autoscaler.panic-window-percentage: a number',
      'config-domain.Shop.example.com: a host name in lower case, at most 253 characters',
      'config-features.multi-container: enabled or disabled',
    ]);
  });

  it('knows which flags a release has', () => {
    const features = { 'kubernetes.podspec-volumes-ephemeral': 'enabled' } as const;
    expect(find(objects({ config: { features } }), 'ConfigMap', 'config-features').data).toEqual(features);
    const error = refusal(() => objects({ release: '1.22.1', config: { features } }));
    expect([error.code, error.problems[0]?.allowed]).toEqual([
      'config.invalid',
      'a key of this release: it came later',
    ]);
  });

  it('names the releases that it knows', () => {
    const error = refusal(() => objects({ release: '1.23.1' }));
    expect(error).toMatchObject({ code: 'knative.unknown-release', action: 'write "1.23.0"' });
    expect(error.problems).toEqual([
      { where: 'release', value: '1.23.1', allowed: `one of ${releaseVersions.join(', ')}` },
    ]);
  });
});
