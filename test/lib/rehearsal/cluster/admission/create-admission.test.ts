import { expect, it } from 'vitest';
import type { KubeObject } from '../../../../../lib/clusters/cluster-port.ts';
import { createAdmission } from '../../../../../lib/rehearsal/cluster/admission/index.ts';
import { readConfig } from '../../../../../lib/rehearsal/cluster/config/index.ts';
import type { AdmissionRequest } from '../../../../../lib/rehearsal/kube-api/index.ts';

const admission = createAdmission({ config: () => readConfig(() => undefined) });
const plurals: Readonly<Record<string, string>> = {
  Service: 'services',
  Revision: 'revisions',
  Route: 'routes',
  DomainMapping: 'domainmappings',
};

function admit(object: KubeObject, old?: KubeObject): KubeObject {
  const resource = `${plurals[object.kind]}.serving.knative.dev`;
  const request: AdmissionRequest =
    old === undefined
      ? { operation: 'CREATE', resource, object }
      : { operation: 'UPDATE', resource, object, old };
  return admission(request);
}

interface Changes {
  readonly name?: string;
  readonly metadata?: object;
  readonly template?: object;
  readonly spec?: object;
  readonly container?: object;
  readonly traffic?: readonly object[];
}

const service = (changes: Changes = {}): KubeObject => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name: changes.name ?? 'hello', namespace: 'default', ...changes.metadata },
  spec: {
    template: {
      metadata: { ...changes.template },
      spec: { containers: [{ image: 'example.com/hello:v1', ...changes.container }], ...changes.spec },
    },
    ...(changes.traffic === undefined ? {} : { traffic: changes.traffic }),
  },
});

const env = (name: string) => ({ env: [{ name, value: 'x' }] });
const port = (fields: object) => ({ ports: [{ containerPort: 8080, ...fields }] });
const scaling = (name: string, value: string) => ({
  annotations: { [`autoscaling.knative.dev/${name}`]: value },
});
const latest = { latestRevision: true };

// What upstream answered for objects of these kinds: the field that it names.
const refused: readonly [string, KubeObject, string][] = [
  ['an upper-case name', service({ name: 'Hello' }), 'metadata.name'],
  ['a name of 64', service({ name: 'a'.repeat(64) }), 'metadata.name'],
  ['scaling on the service', service({ metadata: scaling('min-scale', '1') }), 'metadata.annotations'],
  ['no image', service({ container: { image: '' } }), 'containers[0].image'],
  ['two ports', service({ container: { ports: [{ containerPort: 80 }, { containerPort: 81 }] } }), '.ports'],
  ['a reserved port', service({ container: port({ containerPort: 8012 }) }), 'ports.containerPort'],
  ['a port name', service({ container: port({ name: 'http' }) }), 'containers[0].ports'],
  ['UDP', service({ container: port({ protocol: 'UDP' }) }), 'ports.protocol'],
  ['K_SERVICE', service({ container: env('K_SERVICE') }), 'env[0].name'],
  ['PORT', service({ container: env('PORT') }), 'env[0].name'],
  [
    'concurrency 1001',
    service({ spec: { containerConcurrency: 1001 } }),
    'spec.template.spec.containerConcurrency',
  ],
  ['601 seconds', service({ spec: { timeoutSeconds: 601 } }), 'spec.template.spec.timeoutSeconds'],
  ['traffic of 90', service({ traffic: [{ ...latest, percent: 90 }] }), 'sum to 90'],
  [
    'revision and latest',
    service({ traffic: [{ ...latest, revisionName: 'hello-1', percent: 100 }] }),
    'latestRevision',
  ],
  [
    'a tag twice',
    service({
      traffic: [
        { ...latest, percent: 50, tag: 'a' },
        { revisionName: 'b', percent: 50, tag: 'a' },
      ],
    }),
    'spec.traffic[0].tag, spec.traffic[1].tag',
  ],
  ['another prefix', service({ template: { name: 'other-1' } }), 'must have prefix "hello-"'],
  [
    'min above max',
    service({
      template: {
        annotations: { ...scaling('min-scale', '3').annotations, ...scaling('max-scale', '2').annotations },
      },
    }),
    'max-scale',
  ],
  ['min-scale x', service({ template: scaling('min-scale', 'x') }), 'autoscaling.knative.dev/min-scale'],
  ['a window of 5 s', service({ template: scaling('window', '5s') }), 'autoscaling.knative.dev/window'],
  ['initial scale 0', service({ template: scaling('initial-scale', '0') }), 'initial-scale'],
  [
    'a revision whose owner is another configuration',
    {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Revision',
      metadata: {
        name: 'hello-00001',
        labels: { 'serving.knative.dev/configuration': 'hello' },
        ownerReferences: [{ apiVersion: '', kind: 'Configuration', name: 'other', uid: '1' }],
      },
      spec: { containers: [{ image: 'a' }] },
    },
    'metadata.labels.serving.knative.dev/configuration',
  ],
];

it.each(refused)('refuses %s', (_what, object, field) => {
  expect(() => admit(object)).toThrow(field);
});

it('refuses as the webhook does: code, words, every problem', () => {
  const wrong = service({ container: env('PORT'), spec: { timeoutSeconds: 601 } });
  try {
    admit(wrong);
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ code: 400, reason: 'BadRequest' });
    const { message } = error as Error;
    expect(message).toMatch(
      /^admission webhook "validation\.webhook\.serving\.knative\.dev" denied the request: validation failed: /,
    );
    expect(message).toContain('timeoutSeconds');
    expect(message).toContain('env[0].name');
  }
});

it('fills in what is not said', () => {
  const admitted = admit(service({ metadata: { annotations: { 'serving.knative.dev/creator': 'blue' } } }));
  expect(admitted.metadata.annotations).toEqual({
    'serving.knative.dev/creator': 'kubernetes-admin',
    'serving.knative.dev/lastModifier': 'kubernetes-admin',
  });
  expect(admitted.spec).toMatchObject({
    template: {
      spec: {
        timeoutSeconds: 300,
        containerConcurrency: 0,
        enableServiceLinks: false,
        containers: [
          { name: 'user-container', readinessProbe: { successThreshold: 1, tcpSocket: { port: 0 } } },
        ],
      },
    },
    traffic: [{ latestRevision: true, percent: 100 }],
  });
});

it('lets a revision be annotated, and nothing in its spec be changed', () => {
  const revision = admit({
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Revision',
    metadata: { name: 'hello-00001', namespace: 'default' },
    spec: { containers: [{ image: 'example.com/hello:v1' }] },
  });
  const metadata = { ...revision.metadata, ...scaling('min-scale', '3') };
  expect(admit({ ...revision, metadata }, revision).metadata).toEqual(metadata);
  const spec = { ...revision.spec, containerConcurrency: 5 };
  expect(() => admit({ ...revision, spec }, revision)).toThrow('spec');
});

it('keeps the creator, and refuses a change under a revision name that stays', () => {
  const old = admit(service({ template: { name: 'hello-a' } }));
  const creator = { ...old.metadata.annotations, 'serving.knative.dev/creator': 'eve' };
  expect(() => admit({ ...old, metadata: { ...old.metadata, annotations: creator } }, old)).toThrow(
    'immutable',
  );
  const { template } = old.spec;
  const changed = { ...template, spec: { ...template.spec, containerConcurrency: 7 } };
  expect(() => admit({ ...old, spec: { ...old.spec, template: changed } }, old)).toThrow('name change');
  const labelled = { ...old, metadata: { ...old.metadata, labels: { a: 'b' } } };
  expect(admit(labelled, old)).toEqual(labelled);
});
