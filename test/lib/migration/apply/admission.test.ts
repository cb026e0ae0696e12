import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/index.ts';
import { applyMigration, askAdmission, openNamespaces } from '../../../../lib/migration/apply/index.ts';
import { planLines, takeMigrationPlan } from '../../../../lib/migration/plan/index.ts';
import { type Admission, refuse } from '../../../../lib/rehearsal/kube-api/index.ts';
import { make, type Populated, populate, secretValue, serving } from '../inventory/populated.ts';

let blue: Populated;
let green: Populated;
/** What the target's webhook does; as one that Kubernetes calls. */
let webhook: (object: KubeObject) => void;

let complete: (object: KubeObject) => KubeObject;

const admission: Admission = ({ object, operation }) => {
  if (operation !== 'DELETE') webhook(object);
  return complete(object);
};
const denied = (why: string) =>
  refuse.badRequest(`admission webhook "policy.example.com" denied the request: ${why}`);

beforeEach(async () => {
  webhook = () => undefined;
  complete = (object) => object;
  [blue, green] = await Promise.all([populate(), populate([admission])]);
  const containers = [{ image: 'cart@sha256:1', envFrom: [{ secretRef: { name: 'db' } }] }];
  blue.create(
    make('Namespace', '/shop'),
    make('ConfigMap', 'app', { data: { a: '1' } }),
    make('Secret', 'db', { type: 'Opaque', data: { password: secretValue } }),
    make(`${serving} Service`, 'cart', { spec: { template: { spec: { containers } } } }),
  );
  green.create(make('Namespace', '/shop'));
});
afterEach(() => Promise.all([blue.close(), green.close()]));

async function planned() {
  const plan = await takeMigrationPlan({
    source: blue.cluster,
    target: green.cluster,
    context: { from: 'blue', to: 'green', region: 'eu-west-1' },
    release: { knative: '1.23.0', features: [] },
  });
  return askAdmission({ plan, source: blue.cluster, target: green.cluster });
}

const verdicts = async () =>
  Object.fromEntries((await planned()).objects.map(({ kind, verdict }) => [kind, verdict]));

it('changes nothing, and lets everything through that the target takes', async () => {
  const seen = new Set<string>();
  webhook = ({ kind }) => seen.add(kind);
  const before = green.store.resourceVersion;
  expect(await verdicts()).toEqual({
    Namespace: 'unchanged',
    ConfigMap: 'create',
    Secret: 'create',
    Service: 'create',
  });
  expect([...seen].sort()).toEqual(['ConfigMap', 'Secret', 'Service']);
  expect(green.store.resourceVersion).toBe(before);
});

it("refuses what a webhook would not take, in the webhook's words, before anything is made", async () => {
  webhook = ({ kind, spec }) => {
    if (kind === 'Service' && spec?.template.spec.containers[0].securityContext === undefined)
      throw denied('spec.template.spec.containers[0].securityContext: must be set');
  };
  const plan = await planned();
  const service = plan.objects.find(({ kind }) => kind === 'Service');
  expect(service).toMatchObject({
    verdict: 'refusal',
    refusals: [
      {
        code: 'admission',
        why: expect.stringContaining(
          'admission webhook "policy.example.com" denied the request: spec.template.spec.containers[0].securityContext: must be set',
        ),
      },
    ],
  });
  expect(service).not.toHaveProperty('arrival');
  expect(await applyMigration({ plan, source: blue.cluster, target: green.cluster })).toMatchObject({
    sums: { failed: 1 },
  });
  expect(green.store.get('services.serving.knative.dev', 'shop', 'cart')).toBeUndefined();
});

it('asks with the values of Secrets, and repeats none of them', async () => {
  const values: unknown[] = [];
  webhook = ({ kind, data }) => {
    if (kind !== 'Secret') return;
    values.push(data?.password);
    throw denied(`the password ${data?.password} is weak`);
  };
  const plan = await planned();
  expect(values).toEqual([secretValue]);
  expect(plan.objects.find(({ kind }) => kind === 'Secret')?.verdict).toBe('refusal');
  expect(JSON.stringify(plan)).not.toContain(secretValue);
});

it('says of a webhook that takes no dry runs that it was not asked, and refuses nothing for it', async () => {
  webhook = () => {
    throw refuse.badRequest('admission webhook "effects.example.com" does not support dry run');
  };
  const plan = await planned();
  expect(plan.objects.some(({ verdict }) => verdict === 'refusal')).toBe(false);
  expect(plan.unasked).toEqual([
    'admission webhook effects.example.com does not support dry runs: what it says to 3 objects shows only when they are made',
  ]);
  expect(planLines(plan, '').map(({ text }) => text)).toContain(`  ${plan.unasked?.[0]}`);
});

it('asks for what is to be in a namespace that comes with the plan once that is there, before anything else', async () => {
  green.store.delete('namespaces', undefined, 'shop');
  const asked: string[] = [];
  webhook = ({ kind }) => {
    asked.push(kind);
    if (kind === 'ConfigMap') throw denied('no such maps');
  };
  const plan = await planned();
  expect(plan.objects.map(({ verdict }) => verdict)).toEqual(plan.objects.map(() => 'create'));
  expect(asked).toEqual(['Namespace']);
  expect(plan.unasked).toEqual([
    '3 objects go into namespaces that come with the plan (shop): the target is asked for them once these are there, before anything else is made',
  ]);
  const opened = await openNamespaces({ plan, source: blue.cluster, target: green.cluster });
  expect(Object.fromEntries(opened.objects.map(({ kind, verdict }) => [kind, verdict]))).toEqual({
    Namespace: 'create',
    ConfigMap: 'refusal',
    Secret: 'create',
    Service: 'create',
  });
  expect(opened).not.toHaveProperty('unasked');
  expect(green.store.get('namespaces', undefined, 'shop')).toBeDefined();
  expect(green.store.get('secrets', 'shop', 'db')).toBeUndefined();
  // Where none is new nobody is asked twice.
  expect(await openNamespaces({ plan: opened, source: blue.cluster, target: green.cluster })).toBeDefined();
});

it('calls an update that would leave all as it is none: lists that are owned as a whole hold the defaults too', async () => {
  const written = (traffic: object): KubeObject =>
    make(`${serving} Service`, 'web', {
      spec: { template: { spec: { containers: [{ image: 'web@sha256:1' }] } }, traffic: [traffic] },
    });
  // As a webhook completes it, whoever writes it.
  complete = (object) =>
    object.kind === 'Service' && object.spec?.traffic !== undefined
      ? {
          ...object,
          spec: {
            ...object.spec,
            traffic: object.spec.traffic.map((one: object) => ({ latestRevision: true, ...one })),
          },
        }
      : object;
  await green.cluster.apply(written({ percent: 100 }));
  blue.create(written({ percent: 100 }));
  const verdictOf = async () => (await planned()).objects.find(({ name }) => name === 'web');
  expect(await verdictOf()).toMatchObject({ verdict: 'unchanged' });
  expect(await verdictOf()).not.toHaveProperty('difference');
});
