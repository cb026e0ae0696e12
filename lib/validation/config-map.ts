import { nearest } from '../messages/nearest.ts';
import { checkValue } from './config-keys/check-value.ts';
import { fields, labels } from './config-keys/shapes.ts';
import { type ConfigKey, type ConfigMapName, configKeys } from './config-keys.ts';
import { type Finding, finding } from './finding.ts';
import { hostRule, isDns1123Subdomain } from './names.ts';

type Values = Readonly<Record<string, unknown>>;

/** Keys of which the name's beginning is enough. */
const leasePrefix = /^map-lease-prefix\../;

const leaseName: ConfigKey = { kind: 'text', fallback: '' };

/**
 * What is wrong with keys and values of a table: names that nothing reads, values of another type, words that would be
 * ignored. Fields are `data.<key>`. @param newer keys that only a later release knows
 */
export function checkKeys(
  table: Readonly<Record<string, ConfigKey>>,
  props: Values,
  newer: readonly string[] = [],
): Finding[] {
  return Object.entries(props).flatMap(([key, value]): Finding[] => {
    if (value === undefined) return [];
    const row = Object.hasOwn(table, key) ? table[key] : undefined;
    if (row !== undefined)
      return checkValue(row, value).map((wrong) =>
        finding(`data.${key}${wrong.path}`, `config.${row.kind}`, wrong.value, wrong.allowed),
      );
    const known = Object.keys(table);
    if (newer.includes(key))
      return [finding(`data.${key}`, 'config.unknown-key', value, 'a key of this release: it came later')];
    const near = nearest(key, known);
    const allowed = near === undefined ? `one of ${known.join(', ')}` : `did you mean "${near}"?`;
    return [finding(`data.${key}`, 'config.unknown-key', value, `a known key: ${allowed}`)];
  });
}

/** What is wrong with the keys and the values of a map's props. @param features flags that the release knows */
export function checkConfigProps(
  map: ConfigMapName,
  props: Values,
  features: readonly string[] = Object.keys(configKeys['config-features']),
): Finding[] {
  const all: Readonly<Record<string, ConfigKey>> = configKeys[map];
  const extra =
    map === 'config-leader-election' ? Object.keys(props).filter((key) => leasePrefix.test(key)) : [];
  const isKnown = (key: string): boolean => map !== 'config-features' || features.includes(key);
  const known = Object.entries(all).filter(([key]) => isKnown(key));
  return checkKeys(
    { ...Object.fromEntries(known), ...Object.fromEntries(extra.map((key) => [key, leaseName])) },
    props,
    Object.keys(all).filter((key) => !isKnown(key)),
  );
}

const domainShape = fields({
  selector: { kind: 'object', fallback: '', shape: labels },
  type: { kind: 'word', fallback: '', words: ['wildcard'], exact: true },
});

/** What is wrong with the props of `config-domain`: its keys are the domains. */
export const checkDomains = (domains: Values): Finding[] =>
  Object.entries(domains).flatMap(([domain, options]) => [
    ...(isDns1123Subdomain(domain) ? [] : [finding(`data.${domain}`, 'config.domain', domain, hostRule)]),
    ...domainShape(options).map(({ path, value, allowed }) =>
      finding(`data.${domain}${path}`, 'config.domain', value, allowed),
    ),
  ]);
