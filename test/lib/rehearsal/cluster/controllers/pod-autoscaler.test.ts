import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../../lib/clusters/cluster-port.ts';
import type { Store } from '../../../../../lib/rehearsal/kube-api/index.ts';
import { condition, knative, ksvc, setConfig, startTestCluster } from '../test-cluster.ts';

const revision = 'default/hello-00001';
const fast = { 'stable-window': '6s', 'scale-to-zero-grace-period': '4s' };

const podAutoscaler = (store: Store): KubeObject | undefined =>
  store.get(knative.podAutoscalers, 'default', 'hello-00001');

/** A merge patch of a revision's annotations; null takes one away. */
function annotateRevision(store: Store, changes: Record<string, string | null>): void {
  const stored = store.get(knative.revisions, 'default', 'hello-00001');
  if (stored === undefined) throw new Error('there is no revision');
  const annotations: Record<string, string> = { ...stored.metadata.annotations };
  for (const [key, value] of Object.entries(changes))
    if (value === null) delete annotations[key];
    else annotations[key] = value;
  store.update(knative.revisions, { ...stored, metadata: { ...stored.metadata, annotations } });
}

describe('a PodAutoscaler', () => {
  it('goes to zero behind the activator, and comes back at once for a request', async () => {
    const { store, dataPlane, pass } = startTestCluster({ 'config-autoscaler': fast });
    store.create(knative.services, ksvc('hello'));
    await pass(1);
    expect(dataPlane.running(revision)).toHaveLength(1);
    await pass(5);
    expect(dataPlane.running(revision)).toHaveLength(1);
    await pass(14);
    expect(dataPlane.running(revision)).toHaveLength(0);
    expect(store.list('pods')).toEqual([]);
    expect(dataPlane.revisions.get(revision)).toMatchObject({ pods: [], viaActivator: true });
    expect(podAutoscaler(store)?.status).toMatchObject({ desiredScale: 0, actualScale: 0 });
    expect(condition(podAutoscaler(store), 'Active')).toBe('False NoTraffic');
    expect(condition(store.get(knative.revisions, 'default', 'hello-00001'), 'Active')).toBe(
      'False NoTraffic',
    );
    expect(condition(store.get(knative.services, 'default', 'hello'), 'Ready')).toBe('True');
    dataPlane.activate(revision);
    await pass(0.1);
    expect(dataPlane.running(revision)).toHaveLength(1);
    expect(condition(podAutoscaler(store), 'Active')).toBe('True');
  });

  it('follows the load up and, when that has gone, down again', async () => {
    const { store, dataPlane, pass } = startTestCluster({ 'config-autoscaler': fast });
    const target = { 'autoscaling.knative.dev/target': '10', 'autoscaling.knative.dev/max-scale': '6' };
    store.create(knative.services, ksvc('hello', { annotations: target }));
    await pass(1);
    dataPlane.setLoad(revision, 25);
    await pass(10);
    // ceil(25 / (10 × 0.7))
    expect(dataPlane.running(revision)).toHaveLength(4);
    dataPlane.setLoad(revision, 500);
    await pass(10);
    expect(dataPlane.running(revision)).toHaveLength(6);
    dataPlane.setLoad(revision, 0);
    await pass(40);
    expect(dataPlane.running(revision)).toHaveLength(0);
  });

  it('leaves the activator out where the pods have room for a burst', async () => {
    const { store, dataPlane, pass } = startTestCluster({
      'config-autoscaler': { 'target-burst-capacity': '50' },
    });
    store.create(knative.services, ksvc('hello'));
    await pass(1);
    dataPlane.setLoad(revision, 1);
    await pass(4);
    expect(store.get(knative.serverlessServices, 'default', 'hello-00001')?.spec.mode).toBe('Serve');
    expect(dataPlane.revisions.get(revision)?.viaActivator).toBe(false);
    setConfig(store, 'config-autoscaler', { 'target-burst-capacity': '-1' });
    await pass(4);
    expect(dataPlane.revisions.get(revision)?.viaActivator).toBe(true);
  });

  it('takes a floor from its Revision without a new revision, and shrinks when it is taken away', async () => {
    const { store, dataPlane, pass } = startTestCluster({ 'config-autoscaler': fast });
    store.create(knative.services, ksvc('hello'));
    await pass(1);
    annotateRevision(store, { 'autoscaling.knative.dev/min-scale': '3' });
    await pass(1);
    expect(dataPlane.running(revision)).toHaveLength(3);
    expect(store.list(knative.revisions)).toHaveLength(1);
    expect(podAutoscaler(store)?.metadata.annotations?.['autoscaling.knative.dev/min-scale']).toBe('3');
    await pass(60);
    expect(dataPlane.running(revision)).toHaveLength(3);
    annotateRevision(store, { 'autoscaling.knative.dev/min-scale': null });
    await pass(30);
    expect(podAutoscaler(store)?.metadata.annotations).not.toHaveProperty([
      'autoscaling.knative.dev/min-scale',
    ]);
    expect(dataPlane.running(revision)).toHaveLength(0);
  });

  it('is Ready only with its initial scale, or without pods where the cluster allows that', async () => {
    const { store, dataPlane, pass } = startTestCluster({
      'config-autoscaler': { 'allow-zero-initial-scale': 'true' },
    });
    const initial = (scale: string) => ({ 'autoscaling.knative.dev/initial-scale': scale });
    store.create(knative.services, ksvc('none', { annotations: initial('0') }));
    await pass(1);
    expect(condition(store.get(knative.services, 'default', 'none'), 'Ready')).toBe('True');
    expect(dataPlane.pods).toEqual([]);
    dataPlane.activate('default/none-00001');
    await pass(0.1);
    expect(dataPlane.running('default/none-00001')).toHaveLength(1);
    store.create(knative.services, ksvc('three', { annotations: initial('3') }));
    await pass(1);
    expect(condition(store.get(knative.services, 'default', 'three'), 'Ready')).toBe('True');
    expect(dataPlane.running('default/three-00001')).toHaveLength(3);
  });

  it('gives up a revision that never gets ready, and says so on the service', async () => {
    const { store, dataPlane, pass } = startTestCluster();
    dataPlane.holdReadiness();
    const annotations = { 'serving.knative.dev/progress-deadline': '30s' };
    store.create(knative.services, ksvc('hello', { annotations }));
    await pass(20);
    expect(condition(store.get(knative.services, 'default', 'hello'), 'Ready')).toMatch(/^Unknown/);
    await pass(20);
    expect(condition(store.get(knative.services, 'default', 'hello'), 'ConfigurationsReady')).toBe(
      'False RevisionFailed',
    );
    await pass(80);
    expect(dataPlane.running(revision)).toEqual([]);
  });
});
