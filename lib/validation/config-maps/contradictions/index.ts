/** What each setting of Serving allows by itself, but not together with others or with what is installed. */
import type { Texts } from '../read.ts';
import { checkDomainSelectors } from './domains.ts';
import { checkIssuers, checkLeaseTimes, checkNames, checkNothingGoes, checkWhatIsOff } from './parts.ts';
import { checkInternalTls, checkQueueResources, checkTlsVersions } from './queue-proxy.ts';
import { checkScaling } from './scaling.ts';
import { checkFeatures, checkServiceDefaults } from './services.ts';
import {
  type MapFinding,
  type ServingSurroundings,
  type Settings,
  type SettledMap,
  settingsOf,
} from './settings.ts';

export type { MapFinding, ServingSurroundings, SettledMap } from './settings.ts';

/** Rules by the maps that they read: the first is the one that is refused. */
const rules: readonly {
  readonly maps: readonly [SettledMap, SettledMap?];
  readonly check: (first: Settings, second: Settings, around: ServingSurroundings) => void;
}[] = [
  { maps: ['config-autoscaler'], check: (map, _, around) => checkScaling(map, around) },
  { maps: ['config-defaults'], check: (map, _, around) => checkServiceDefaults(map, around) },
  { maps: ['config-deployment'], check: checkTlsVersions },
  { maps: ['config-deployment', 'config-features'], check: checkQueueResources },
  { maps: ['config-deployment', 'config-network'], check: checkInternalTls },
  { maps: ['config-domain'], check: checkDomainSelectors },
  { maps: ['config-features'], check: checkFeatures },
  { maps: ['config-gc'], check: checkNothingGoes },
  { maps: ['config-leader-election'], check: checkLeaseTimes },
  { maps: ['config-network'], check: (map, _, around) => checkNames(map, around) },
  { maps: ['config-certmanager', 'config-network'], check: checkIssuers },
  { maps: ['config-observability'], check: checkWhatIsOff },
];

/**
 * Contradictions between settings, each said once. A map that is left out is not known (or has a mistake already), and
 * rules that need it say nothing.
 */
export function contradictions(
  maps: ReadonlyMap<SettledMap, Texts>,
  around: ServingSurroundings = {},
): MapFinding[] {
  const found: MapFinding[] = [];
  for (const { maps: needed, check } of rules) {
    const [first, second] = needed.map((map) => {
      const texts = map === undefined ? {} : maps.get(map);
      return texts === undefined ? undefined : settingsOf(map ?? needed[0], texts, found);
    });
    if (first !== undefined && (needed.length === 1 || second !== undefined))
      check(first, second ?? first, around);
  }
  return found;
}
