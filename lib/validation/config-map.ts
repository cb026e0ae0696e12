import { nearest } from '../messages/nearest.ts';
import { type ConfigKey, type ConfigKind, type ConfigMapName, configKeys } from './config-keys.ts';
import { type Finding, finding } from './finding.ts';
import { isQuantity, parseGoBool, parseGoDuration, parseGoFloat, parseGoInt } from './go-values.ts';
import { hostRule, isDns1123Subdomain } from './names.ts';

const kinds: Readonly<Record<ConfigKind, { reads(text: string): boolean; allowed: string }>> = {
  bool: { reads: (text) => parseGoBool(text) !== undefined, allowed: 'true or false' },
  int: { reads: (text) => parseGoInt(text) !== undefined, allowed: 'a whole number' },
  // Knative reads infinities and what is no number; no setting can mean them.
  float: { reads: (text) => Number.isFinite(parseGoFloat(text)), allowed: 'a number' },
  duration: {
    reads: (text) => parseGoDuration(text) !== undefined,
    allowed: 'a Go duration such as 90s, 5m or 1h30m',
  },
  quantity: { reads: isQuantity, allowed: 'a Kubernetes quantity such as 100m or 64Mi' },
  // Knative ignores any other value without a word, so it is refused here.
  flag: {
    reads: (text) => /^(enabled|allowed|disabled)$/i.test(text),
    allowed: 'enabled, allowed or disabled',
  },
  text: { reads: () => true, allowed: 'text' },
};

export interface ConfigMapOptions {
  /** Feature flags that the release knows. @default - all in the table */
  readonly features?: readonly string[];
}

/** What is wrong with the keys and the single values of a config map. Fields are `data.<key>`. */
export function checkConfigMap(
  map: ConfigMapName,
  data: Readonly<Record<string, string>>,
  options: ConfigMapOptions = {},
): Finding[] {
  const table: Readonly<Record<string, ConfigKey>> = configKeys[map];
  const known =
    map === 'config-features' && options.features !== undefined ? options.features : Object.keys(table);
  return Object.entries(data).flatMap(([key, value]): Finding[] => {
    const row = known.includes(key) ? table[key] : undefined;
    if (row === undefined) {
      const near = nearest(key, known);
      const allowed = near === undefined ? `one of ${known.join(', ')}` : `did you mean "${near}"?`;
      return [finding(`data.${key}`, 'config.unknown-key', value, `a known key: ${allowed}`)];
    }
    if (typeof value !== 'string' || !kinds[row.kind].reads(value))
      return [finding(`data.${key}`, `config.${row.kind}`, value, kinds[row.kind].allowed)];
    return [];
  });
}

/** What is wrong with `config-domain`: its keys are the domains. */
export const checkDomains = (data: Readonly<Record<string, string>>): Finding[] =>
  Object.keys(data)
    .filter((domain) => !isDns1123Subdomain(domain))
    .map((domain) => finding(`data.${domain}`, 'config.domain', domain, hostRule));
