import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../../lib/clusters/cluster-port.ts';
import type { Store } from '../../../../../lib/rehearsal/kube-api/index.ts';
import { condition, knative, ksvc, replaceSpec, startTestCluster } from '../test-cluster.ts';

/** A revision as an import would make it, owned by the configuration. */
function importRevision(store: Store, name: string, image: string, own: Record<string, string>): KubeObject {
  const configuration = store.get(knative.configurations, 'default', 'hello');
  if (configuration === undefined) throw new Error('there is no configuration');
  return store.create(knative.revisions, {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Revision',
    metadata: {
      name,
      namespace: 'default',
      labels: own,
      ownerReferences: [
        {
          apiVersion: 'serving.knative.dev/v1',
          kind: 'Configuration',
          name: 'hello',
          uid: configuration.metadata.uid ?? '',
          controller: true,
        },
      ],
    },
    spec: { containers: [{ image }] },
  });
}

/** Another name and image, and all else as it is stored: a merge patch. */
function changeTemplate(store: Store, name: string, image: string): void {
  const stored = store.get(knative.services, 'default', 'hello');
  if (stored === undefined) throw new Error('there is no service');
  const { metadata, spec } = stored.spec.template;
  const template = {
    metadata: { ...metadata, name },
    spec: { ...spec, containers: [{ ...spec.containers[0], image }] },
  };
  store.update(knative.services, { ...stored, spec: { ...stored.spec, template } });
}

const generation2 = {
  'serving.knative.dev/configuration': 'hello',
  'serving.knative.dev/configurationGeneration': '2',
};

describe('a Configuration', () => {
  it('makes a revision for each generation, and none for a change of labels', async () => {
    const { store, pass } = startTestCluster();
    store.create(knative.services, ksvc('hello'));
    await pass(1);
    const service = store.get(knative.services, 'default', 'hello');
    if (service === undefined) throw new Error('there is no service');
    store.update(knative.services, { ...service, metadata: { ...service.metadata, labels: { team: 'a' } } });
    await pass(1);
    replaceSpec(store, ksvc('hello', { image: 'example.com/hello:v2' }));
    await pass(1);
    expect(store.list(knative.revisions).map((revision) => revision.metadata.name)).toEqual([
      'hello-00001',
      'hello-00002',
    ]);
  });

  it('adopts a revision by its two labels, whatever its image: the trap of a careless migration', async () => {
    const { store, pass } = startTestCluster();
    store.create(knative.services, ksvc('hello'));
    await pass(1);
    importRevision(store, 'hello-blue-2', 'example.com/hello:old', generation2);
    replaceSpec(store, ksvc('hello', { image: 'example.com/hello:new' }));
    await pass(2);
    expect(store.get(knative.configurations, 'default', 'hello')?.status).toMatchObject({
      latestCreatedRevisionName: 'hello-blue-2',
      latestReadyRevisionName: 'hello-blue-2',
    });
    expect(store.list(knative.revisions).map((revision) => revision.spec.containers[0].image)).toEqual([
      'example.com/hello:v1',
      'example.com/hello:old',
    ]);
  });

  it('leaves an imported revision without the generation label alone', async () => {
    const { store, pass } = startTestCluster();
    store.create(knative.services, ksvc('hello'));
    await pass(1);
    importRevision(store, 'hello-blue-2', 'example.com/hello:old', {
      'serving.knative.dev/configuration': 'hello',
      'serving.knative.dev/service': 'hello',
    });
    replaceSpec(store, ksvc('hello', { image: 'example.com/hello:new' }));
    await pass(2);
    const service = store.get(knative.services, 'default', 'hello');
    expect(service?.status.latestReadyRevisionName).toBe('hello-00002');
    expect(store.get(knative.revisions, 'default', 'hello-00002')?.spec.containers[0].image).toBe(
      'example.com/hello:new',
    );
  });

  it('cannot make a revision whose generated name is taken', async () => {
    const { store, pass, errors } = startTestCluster();
    store.create(knative.services, ksvc('hello'));
    await pass(1);
    importRevision(store, 'hello-00002', 'example.com/hello:old', {});
    replaceSpec(store, ksvc('hello', { image: 'example.com/hello:new' }));
    await pass(2);
    expect(store.get(knative.services, 'default', 'hello')?.status.latestReadyRevisionName).toBe(
      'hello-00001',
    );
    expect(condition(store.get(knative.services, 'default', 'hello'), 'Ready')).toMatch(/^Unknown/);
    expect(errors[0]).toMatch(/already exists/);
  });

  it('uses the name that the template gives, again only when owned and the same', async () => {
    const { store, pass, dataPlane } = startTestCluster();
    store.create(knative.services, ksvc('hello', { revision: 'hello-a', image: 'example.com/hello:a' }));
    await pass(1);
    expect(store.get(knative.services, 'default', 'hello')?.status.latestReadyRevisionName).toBe('hello-a');
    changeTemplate(store, 'hello-b', 'example.com/hello:b');
    await pass(1);
    // Back to the first: nothing new is made, and traffic returns.
    changeTemplate(store, 'hello-a', 'example.com/hello:a');
    await pass(1);
    expect(dataPlane.routes.get('hello.default.example.test')?.splits).toEqual([
      { revision: 'default/hello-a', percent: 100 },
    ]);
    // The same name for another image: refused without moving traffic.
    changeTemplate(store, 'hello-b', 'example.com/hello:c');
    await pass(1);
    const service = store.get(knative.services, 'default', 'hello');
    expect(condition(service, 'ConfigurationsReady')).toBe('False RevisionFailed');
    expect(condition(service, 'RoutesReady')).toBe('False RevisionNameTaken');
    expect(store.list(knative.revisions)).toHaveLength(2);
    expect(dataPlane.routes.get('hello.default.example.test')?.splits).toEqual([
      { revision: 'default/hello-a', percent: 100 },
    ]);
  });
});
