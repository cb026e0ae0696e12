import { describe, expect, it } from 'vitest';
import { synthObjects } from '../../charts/index.ts';
import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import { exampleFleet } from '../helpers/fleet.ts';

const metadata = (name: string) => ({ name, namespace: 'shop' });
const labels = { app: 'ledger' };
const pod = {
  metadata: { labels },
  spec: { containers: [{ name: 'ledger', image: 'example.com/ledger:1' }] },
};

/** A plain workload with what belongs to it, and a service that mounts the same kind of claim. */
const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: metadata('books'),
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
};
const workload = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: metadata('ledger'),
  spec: { selector: { matchLabels: labels }, template: pod },
};
const scaler = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: metadata('ledger'),
  spec: {
    maxReplicas: 4,
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'ledger' },
    metrics: [
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
      },
    ],
  },
};
const way = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata('ledger'),
  spec: { selector: labels, ports: [{ port: 5432 }] },
};
const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('ledger'), data: { a: 'b' } };

const fleet = exampleFleet({
  services: [
    claim,
    workload,
    scaler,
    way,
    settings,
    { name: 'front', namespace: 'shop', image: 'example.com/front:1' },
  ],
  entrance: { ports: [80, 443, { port: 5432, service: 'ledger', namespace: 'shop' }] },
});
const files = synthObjects(fleet, 'green');
const waveOf = (found: KubeObject | undefined): number =>
  Number(found?.metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? Number.NaN);
const wave = (component: string, kind: string, name?: string): number =>
  waveOf(
    files
      .filter((file) => file.component === component)
      .flatMap(({ objects }) => objects)
      .find((object) => object.kind === kind && (name === undefined || object.metadata.name === name)),
  );

describe('the waves of Argo CD', () => {
  it("keep together what waits for one another's pods", () => {
    // A claim is healthy only when a pod uses it, and an autoscaler only when what it scales is there.
    const services = files
      .flatMap(({ objects }) => objects)
      .filter(({ apiVersion }) => apiVersion === 'serving.knative.dev/v1');
    expect(services).toHaveLength(1);
    for (const kind of ['PersistentVolumeClaim', 'Deployment', 'HorizontalPodAutoscaler'])
      expect(wave('services', kind), kind).toBe(waveOf(services[0]));
  });

  it('have what pods need before them, and the ways to them too: a pod gets its gate when it is made', () => {
    const pods = wave('services', 'Deployment');
    for (const kind of ['ConfigMap', 'TargetGroupBinding'])
      expect(wave('services', kind), kind).toBeLessThan(pods);
    expect(wave('services', 'Service', 'ledger')).toBeLessThan(pods);
    expect(wave('services', 'Namespace')).toBeLessThan(wave('services', 'ConfigMap'));
    expect(wave('ingress', 'Deployment', '3scale-kourier-gateway')).toBeLessThan(pods);
  });
});
