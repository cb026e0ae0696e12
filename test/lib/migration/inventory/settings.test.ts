import { expect, it } from 'vitest';
import { settingsIn } from '../../../../lib/migration/inventory/settings.ts';

const keys = (map: string, data: Record<string, string>): string[] =>
  settingsIn(map, data).map(({ key }) => key);

it('tells what is not the default, however the default is written', () => {
  expect(
    keys('config-autoscaler', {
      _example: 'everything',
      'stable-window': '1m0s',
      'panic-threshold-percentage': '200',
      'enable-scale-to-zero': 'T',
      'max-scale': '9',
      'scale-to-zero-grace-period': '31s',
    }),
  ).toEqual(['max-scale', 'scale-to-zero-grace-period']);
  expect(keys('config-features', { 'kubernetes.podspec-affinity': 'Disabled' })).toEqual([]);
});

it('tells every domain, and what is not known', () => {
  expect(settingsIn('config-domain', { 'shop.example.com': '' })).toEqual([
    { entry: 'setting', map: 'config-domain', key: 'shop.example.com', value: '', fallback: '' },
  ]);
  expect(keys('config-gc', { 'somebody-else': '1' })).toEqual(['somebody-else']);
  // Every colour has the one of its release.
  expect(keys('config-deployment', { 'queue-sidecar-image': 'gcr.io/knative/queue' })).toEqual([]);
  expect(keys('config-logging', { 'loglevel.controller': 'debug' })).toEqual([]);
});

it('says how many services use a feature', () => {
  const used = new Map([['kubernetes.podspec-affinity', 7]]);
  expect(settingsIn('config-features', { 'kubernetes.podspec-affinity': 'enabled' }, used)).toMatchObject([
    { value: 'enabled', fallback: 'disabled', usedBy: 7 },
  ]);
});
