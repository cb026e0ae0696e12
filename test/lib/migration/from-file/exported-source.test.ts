import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { arrivalOf } from '../../../../lib/migration/arrival/index.ts';
import { exportedSource, readExport } from '../../../../lib/migration/from-file/index.ts';
import {
  type InventoryEntry,
  type InventoryObject,
  takeInventory,
} from '../../../../lib/migration/inventory/index.ts';
import { readInventory } from '../../../../lib/migration/inventory.ts';
import { takeMigrationPlan } from '../../../../lib/migration/plan/index.ts';
import { portable } from '../../../../lib/migration/portable.ts';

import { make, populate } from '../inventory/populated.ts';

const fixture = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../../fixtures/kn-export', name), 'utf8');

const map = stringify({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'app', namespace: 'shop' },
  data: { a: '1' },
});
const needing = stringify({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
  spec: {
    template: {
      spec: {
        containers: [
          { image: 'web:1', envFrom: [{ configMapRef: { name: 'app' } }, { secretRef: { name: 'db' } }] },
        ],
      },
    },
  },
});
const source = exportedSource(
  readExport([fixture('export.yaml'), map, needing].join('---\n'), 'f.yaml', { namespace: 'shop' }),
);

async function entries(scope = {}): Promise<string[]> {
  const found: InventoryEntry[] = [];
  for await (const entry of takeInventory(source, scope)) found.push(entry);
  return found.map((entry) => {
    const { kind, name, fate, uses } = entry as InventoryObject;
    return [entry.entry === 'object' ? fate : entry.entry, kind, name, ...(uses ?? [])].join(' ');
  });
}

it('is taken for a cluster by an inventory: revisions with their uses, and what is needed and not there', async () => {
  expect((await entries()).sort()).toEqual([
    'missing Secret db',
    'moves ConfigMap app',
    'moves Namespace shop',
    'moves Revision cart-00003 pinned routed',
    'moves Revision cart-00500 pinned tagged',
    'moves Revision cart-00507 latest routed',
    'moves Revision web-00001 latest routed',
    'moves Service cart',
    'moves Service web',
  ]);
  expect(await entries({ selector: 'app=web' })).toContain('moves Service web');
  expect(await entries({ selector: 'app=web' })).not.toContain('moves Service cart');
  await expect(entries({ namespaces: ['shap'] })).rejects.toMatchObject({ code: 'inventory.no-namespace' });
});

it('gives a service its history, so that it arrives as from a cluster', async () => {
  const { services } = await readInventory(source, { only: new Set(['shop/cart']) });
  const [history] = services;
  if (history === undefined || services.length > 1) throw new Error(`${services.length} services`);
  expect(history.configuration?.metadata.generation).toBe(507);
  const { arrival, conflicts, refusal, notes } = arrivalOf({
    source: history,
    object: portable(history.service),
    target: { revision: () => undefined, zeroScale: true },
  });
  expect({ conflicts, refusal }).toEqual({ conflicts: [], refusal: undefined });
  expect(arrival.generation).toBe(507);
  const places = arrival.revisions.map(({ metadata: { name, labels } }) => [
    name,
    labels?.['serving.knative.dev/configurationGeneration'],
  ]);
  expect(places).toEqual([
    ['cart-00003', '3'],
    ['cart-00500', '500'],
    ['cart-00507', '507'],
  ]);
  // The one by digest is what it is; of the others nobody knows.
  expect(notes.filter((note) => note.includes('digest')).map((note) => note.split(':')[0])).toEqual([
    'cart-00003',
    'cart-00507',
  ]);
});

it('is planned from as a cluster is: history, what is missing, and the digests that nobody knows', async () => {
  const green = await populate();
  try {
    green.create(make('Namespace', '/shop'));
    const plan = await takeMigrationPlan({
      source,
      target: green.cluster,
      context: { from: 'blue', to: 'green', region: 'eu-west-1' },
      release: { knative: '1.23.0', features: [] },
    });
    const planned = plan.objects.map(({ kind, name, verdict, arrival }) => [
      kind,
      name,
      verdict,
      arrival?.generation,
    ]);
    expect(planned).toEqual([
      ['Namespace', 'shop', 'unchanged', undefined],
      ['ConfigMap', 'app', 'create', undefined],
      ['Service', 'cart', 'create', 507],
      ['Service', 'web', 'create', 1],
    ]);
    expect(plan.missing).toMatchObject([{ kind: 'Secret', namespace: 'shop', name: 'db', there: false }]);
    expect(plan.unread).toEqual([]);
  } finally {
    await green.close();
  }
});

it('is not written to', async () => {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
  for (const write of [
    source.apply(object),
    source.create(object),
    source.patch({ ...object, name: 'a' }, {}),
  ])
    await expect(write).rejects.toMatchObject({ code: 'export.read-only' });
});
