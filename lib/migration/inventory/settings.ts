import { configKeys, neededFeatures, parseGoBool, parseGoDuration } from '../../validation/index.ts';
import type { InventorySetting } from './item.ts';

type Data = Readonly<Record<string, string>>;
interface Key {
  readonly kind: string;
  readonly fallback: string;
}

/** Maps that say how services run and where they answer; the others say what Knative writes down about it. */
const maps: Readonly<Record<string, Readonly<Record<string, Key>>>> = {
  'config-autoscaler': configKeys['config-autoscaler'],
  'config-certmanager': configKeys['config-certmanager'],
  'config-defaults': configKeys['config-defaults'],
  'config-deployment': configKeys['config-deployment'],
  // Its keys are the domains.
  'config-domain': {},
  'config-features': configKeys['config-features'],
  'config-gc': configKeys['config-gc'],
  'config-network': configKeys['config-network'],
};

export const settingMaps: readonly string[] = Object.keys(maps);

/** Belongs to the release, not to the services. */
const ofRelease = new Set(['_example', 'queue-sidecar-image']);

function isSame(kind: string, left: string, right: string): boolean {
  if (left.trim() === right.trim()) return true;
  const as = {
    duration: parseGoDuration,
    bool: parseGoBool,
    int: Number,
    float: Number,
    flag: (text: string) => text.toLowerCase(),
    word: (text: string) => text.toLowerCase(),
  }[kind];
  if (as === undefined) return false;
  const [one, other] = [as(left), as(right)];
  return one !== undefined && one === other;
}

/**
 * What a config map says that is not Knative's default. A map that nothing is known of says nothing.
 * @param used feature flag → services that use it
 */
export function settingsIn(
  map: string,
  data: Data,
  used: ReadonlyMap<string, number> = new Map(),
): InventorySetting[] {
  const known = maps[map];
  if (known === undefined) return [];
  return Object.entries(data)
    .filter(([key]) => !ofRelease.has(key))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]): InventorySetting[] => {
      const row = Object.hasOwn(known, key) ? known[key] : undefined;
      if (row !== undefined && isSame(row.kind, value, row.fallback)) return [];
      const count = map === 'config-features' ? { usedBy: used.get(key) ?? 0 } : {};
      return [{ entry: 'setting', map, key, value, fallback: row?.fallback ?? '', ...count }];
    });
}

/** Counts the features that the spec of a service's pods uses. */
export function countFeatures(spec: Readonly<Record<string, unknown>>, used: Map<string, number>): void {
  for (const flag of neededFeatures(spec)) used.set(flag, (used.get(flag) ?? 0) + 1);
}
