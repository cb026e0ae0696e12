import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  ClusterError,
  createKubernetesCluster,
  type DefinitionPort,
} from '../../../../lib/clusters/index.ts';
import { failureOf } from '../../../../lib/cutover/perform/index.ts';
import { migrateRegion } from '../../../../lib/cutover/perform/migrate-region.ts';
import type { CutoverPlan } from '../../../../lib/cutover/plan.ts';
import type { ColourPorts, CutoverPorts } from '../../../../lib/cutover/ports.ts';
import { ZeroshiftError } from '../../../../lib/messages/error.ts';
import { make, type Populated, populate, serving } from '../../migration/inventory/populated.ts';

let blue: Populated;
let green: Populated;

beforeEach(async () => {
  [blue, green] = await Promise.all([populate(), populate()]);
  blue.create(
    make('Namespace', '/shop'),
    make('ConfigMap', 'app', { data: { a: '1' } }),
    make(`${serving} Service`, 'cart', {
      spec: {
        template: {
          spec: { containers: [{ image: 'cart@sha256:1', envFrom: [{ configMapRef: { name: 'app' } }] }] },
        },
      },
    }),
  );
});
afterEach(() => Promise.all([blue.close(), green.close()]));

const release = { knative: '1.23.0', features: [] };

function migrate(target: DefinitionPort = green.cluster, more: { selector?: string } = {}) {
  const of = (cluster: DefinitionPort) => ({ cluster }) as unknown as ColourPorts;
  return migrateRegion(
    { from: 'blue', to: 'green' } as CutoverPlan,
    {
      region: 'eu-west-1',
      services: [],
      endpointGroupArn: '',
      endpoints: [],
      entrances: { blue: '', green: '' },
    },
    {
      rules: async () => ({ releases: { blue: release, green: release }, ...more }),
    } as unknown as CutoverPorts,
    { blue: of(blue.cluster), green: of(target) },
  );
}

it('brings what services need as well, and does nothing the second time', async () => {
  expect(await migrate()).toEqual({ services: 1, objects: 3, waitingFor: [] });
  expect(green.store.get('configmaps', 'shop', 'app')?.data).toEqual({ a: '1' });
  expect(await migrate()).toEqual({ services: 1, objects: 0, waitingFor: [] });
});

it('leaves alone what lacks the labels that were asked for, unless it is needed', async () => {
  blue.create(make('ConfigMap', 'theirs', { data: { a: '1' } }));
  expect(await migrate(green.cluster, { selector: 'mine=yes' })).toMatchObject({ services: 0, objects: 0 });
  const cart = blue.store.get('services.serving.knative.dev', 'shop', 'cart');
  if (cart === undefined) throw new Error('not made');
  blue.store.update('services.serving.knative.dev', {
    ...cart,
    metadata: { ...cart.metadata, labels: { mine: 'yes' } },
  });
  expect(await migrate(green.cluster, { selector: 'mine=yes' })).toMatchObject({ services: 1 });
  expect(green.store.get('configmaps', 'shop', 'app')).toBeDefined();
  expect(green.store.get('configmaps', 'shop', 'theirs')).toBeUndefined();
});

it('is a failed step, with the reasons, while something is refused or in conflict, and touches nothing', async () => {
  blue.create(make('batch/v1 CronJob', 'report', { spec: { schedule: '0 * * * *' } }));
  green.create(make('Namespace', '/shop'));
  await green.cluster.create(make('ConfigMap', 'app', { data: { a: 'theirs' } }));
  const live = green.store.get('configmaps', 'shop', 'app');
  if (live === undefined) throw new Error('not made');
  const managedFields = (live.metadata.managedFields as object[]).map((one) => ({ ...one, manager: 'argo' }));
  green.store.update('configmaps', { ...live, metadata: { ...live.metadata, managedFields } });
  const failure = failureOf(await migrate().catch((error: unknown) => error));
  expect(failure).toMatchObject({ code: 'migration.in-the-way', retry: false });
  expect(failure.message).toContain('CronJob shop/report: the cluster does not tell');
  expect(failure.message).toContain("ConfigMap shop/app: .data.a is argo's");
  expect(green.store.get('services.serving.knative.dev', 'shop', 'cart')).toBeUndefined();
});

it('is tried again where it may pass, and not where the API server has decided', async () => {
  const failing = (error: ClusterError): DefinitionPort =>
    new Proxy(green.cluster, {
      get: (cluster, key: keyof DefinitionPort) =>
        key === 'apply' ? () => Promise.reject(error) : cluster[key].bind(cluster),
    });
  const call = { cluster: 'green', what: 'apply' };
  const refused = new ClusterError(call, { reason: 'refused', status: 422, why: 'no such field' });
  const decided = failureOf(await migrate(failing(refused)).catch((error: unknown) => error));
  expect(decided).toMatchObject({ code: 'migration.not-made', retry: false });
  expect(decided.message).toContain('Namespace shop: no such field');
  const unauthorized = new ClusterError(call, { reason: 'unauthorized', status: 401, why: 'who are you' });
  expect(failureOf(await migrate(failing(unauthorized)).catch((error: unknown) => error))).toMatchObject({
    retry: false,
  });
});

it('ends with its own error where the lease is lost in the middle of it', async () => {
  const lost = new ZeroshiftError('this process has lost the lease', {
    code: 'lease.lost',
    source: 'outside',
  });
  const target: DefinitionPort = new Proxy(
    createKubernetesCluster({ name: 'green', kubeconfig: green.kubeconfig, context: 'blue' }),
    {
      get: (cluster, key: keyof DefinitionPort) =>
        key === 'apply' ? () => Promise.reject(lost) : cluster[key].bind(cluster),
    },
  );
  await expect(migrate(target)).rejects.toBe(lost);
});
