import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { migrationManifests } from '../../charts/index.ts';
import { readExport } from '../../lib/migration/from-file/index.ts';
import { exampleFleet } from '../helpers/fleet.ts';
import { refusal } from '../helpers/refusal.ts';

const object = (apiVersion: string, kind: string, name: string, more: object = {}) => ({
  apiVersion,
  kind,
  metadata: { name, ...(kind === 'Namespace' ? {} : { namespace: 'shop' }) },
  ...more,
});
const service = (name: string, traffic: object) =>
  object('serving.knative.dev/v1', 'Service', name, {
    spec: {
      template: {
        spec: { containers: [{ image: 'ghcr.io/acme/app:1', envFrom: [{ secretRef: { name: 'db' } }] }] },
      },
      traffic: [traffic],
    },
  });
const inventory = readExport(
  [
    '# what blue in eu-west-1 holds (cluster shop-blue)\n# moves; Secret shop/db; keys password; needed by Service shop/web\n',
    ...[
      object('v1', 'Namespace', 'shop'),
      service('web', { latestRevision: true, percent: 100 }),
      service('own', { latestRevision: true, percent: 100 }),
      object('v1', 'ConfigMap', 'app', { data: { a: '1' } }),
    ].map((one) => stringify(one)),
  ].join('---\n'),
  'blue.yaml',
);
const fleet = exampleFleet({
  domain: 'shop.example.com',
  services: [{ name: 'own', namespace: 'shop', image: 'ghcr.io/acme/own:2' }],
  domainMappings: [],
  migration: { rewrites: [{ registries: { 'ghcr.io/acme': 'ecr' } }] },
});

it('brings what the fleet does not define itself, with its rewrites, and says which Secrets must be there', () => {
  const manifests = migrationManifests(fleet, 'green', { inventory });
  expect([...manifests.keys()]).toEqual(['1-shop.configmap.app.yaml', '4-shop.web.yaml', 'Kustomization']);
  expect(manifests.get('4-shop.web.yaml')).toContain('image: ecr/app:1');
  expect(manifests.get('4-shop.web.yaml')).toContain('argocd.argoproj.io/sync-wave: "4"');
  expect(manifests.get('Kustomization')).toMatch(
    /^# must be there before, and is in no manifest:\n# {3}Secret shop\/db; keys password; needed by Service\.serving\.knative\.dev shop\/web\napiVersion:/,
  );
  // Marks of the fleet would have `prune` take away what the fleet does not define.
  expect([...manifests.values()].join('')).not.toContain('zeroshift.dev/fleet');
});

it('refuses what manifests cannot bring', () => {
  const pinned = readExport(stringify(service('web', { revisionName: 'web-00001', percent: 100 })), 'f');
  expect(refusal(() => migrationManifests(fleet, 'green', { inventory: pinned })).code).toBe(
    'service-migration.history',
  );
  const history = { 'shop/web': 'migrated' } as const;
  expect([...migrationManifests(fleet, 'green', { inventory: pinned, history }).keys()]).toContain(
    '4-shop.web.yaml',
  );
});
