/** What Knative's webhook says of Knative's own config maps: one checker for each, after upstream's parsers. */

import { nearest } from '../../messages/nearest.ts';
import { type ConfigMapName, configKeys } from '../config-keys.ts';
import { exampleChecksum } from '../example-checksum.ts';
import { type Finding, finding } from '../finding.ts';
import type { Verdict } from '../validate-object.ts';
import { checkAutoscaler } from './autoscaler.ts';
import { checkDefaults } from './defaults.ts';
import { checkDeployment } from './deployment.ts';
import { checkNetwork } from './network.ts';
import {
  checkCertManager,
  checkDomain,
  checkGc,
  checkLeaderElection,
  checkLogging,
  checkObservability,
} from './others.ts';
import type { Reader, ReadYaml, Texts } from './read.ts';

const nothing = (): void => undefined;

/** The config maps that the webhook judges; it reads no key of another. */
const checkers: Readonly<Record<string, (reader: Reader) => void>> = {
  'config-autoscaler': checkAutoscaler,
  'config-certmanager': checkCertManager,
  'config-defaults': checkDefaults,
  'config-deployment': checkDeployment,
  'config-domain': checkDomain,
  'config-features': nothing,
  'config-gc': checkGc,
  'config-leader-election': checkLeaderElection,
  'config-logging': checkLogging,
  'config-network': checkNetwork,
  'config-observability': checkObservability,
};

/** Keys that upstream still reads under an old name. */
const oldKeys: Readonly<Record<string, readonly string[]>> = {
  'config-deployment': [
    ...['queueSidecarImage', 'progressDeadline', 'digestResolutionTimeout', 'registriesSkippingTagResolving'],
    ...['CPU', 'Memory', 'EphemeralStorage'].flatMap((resource) => [
      `queueSidecar${resource}Request`,
      `queueSidecar${resource}Limit`,
    ]),
  ],
  'config-leader-election': ['leaseDuration', 'renewDeadline', 'retryPeriod'],
  'config-network': [
    ...['ingress.class', 'certificate.class', 'domainTemplate', 'tagTemplate', 'rolloutDuration'],
    ...['autocreateClusterDomainClaims', 'defaultExternalScheme', 'autoTLS', 'httpProtocol'],
  ],
};

/** Keys whose other values upstream ignores without a word. */
const choices: Readonly<Record<string, readonly string[]>> = {
  'secure-pod-defaults': ['enabled', 'allowrootbounded', 'disabled'],
  'enable-service-links': ['true', 'false', 'default'],
  'mesh-compatibility-mode': ['enabled', 'disabled', 'auto'],
  'external-domain-tls': ['enabled', 'disabled'],
  'auto-tls': ['enabled', 'disabled'],
};

function ignored(map: string, data: Texts): Finding[] {
  const table: Readonly<Record<string, { readonly kind: string }>> | undefined =
    configKeys[map as ConfigMapName];
  if (table === undefined) return [];
  const known = [...Object.keys(table), ...(oldKeys[map] ?? [])];
  const free =
    map === 'config-logging' ? /^loglevel\./ : map === 'config-leader-election' ? /^map-lease-prefix/ : /^$/;
  return Object.entries(data).flatMap(([key, value]): Finding[] => {
    if (key === '_example' || free.test(key)) return [];
    if (!known.includes(key)) {
      const near = nearest(key, known);
      const hint = near === undefined ? '' : `: did you mean ${near}?`;
      return [
        {
          ...finding(`data.${key}`, 'config.unknown-key', value, `a key that Knative reads${hint}`),
          message: `Knative reads no such key, and ignores it${hint}`,
        },
      ];
    }
    const allowed = table[key]?.kind === 'flag' ? ['enabled', 'allowed', 'disabled'] : choices[key];
    if (allowed === undefined || allowed.includes(value.toLowerCase())) return [];
    return [
      finding(`data.${key}`, 'config.ignored', value, `${allowed.join(', ')}; anything else is ignored`),
    ];
  });
}

export interface ConfigMapVerdictOptions {
  /** Annotations of the map: one of them guards its `_example`. @default - none */
  readonly annotations?: Texts;
  /** Reads YAML inside values. @default - YAML inside values is not looked at */
  readonly readYaml?: ReadYaml;
}

/** Whether the webhook judges config maps of this name. */
export const isJudged = (name: string): boolean => Object.hasOwn(checkers, name);

/**
 * The verdict of Knative's webhook on a config map of Knative's; others are accepted unseen. Fields are `data.<key>`. What
 * upstream ignores without a word (an unknown key, a flag that is none) is a warning.
 */
export function validateConfigMap(
  name: string,
  data: unknown,
  options: ConfigMapVerdictOptions = {},
): Verdict {
  const check = checkers[name];
  if (check === undefined) return { errors: [], warnings: [] };
  const { texts, wrong } = readTexts(data);
  if (wrong.length > 0) return { errors: wrong, warnings: [] };
  const reader: Reader = { data: texts, found: [], readYaml: options.readYaml };
  const sum = options.annotations?.['knative.dev/example-checksum'];
  const example = texts._example;
  if (sum !== undefined && example !== undefined && sum !== exampleChecksum(example))
    reader.found.push(
      finding(
        'data._example',
        'config.example',
        sum,
        'the example as it was released: settings belong beside it, in data',
      ),
    );
  check(reader);
  return { errors: reader.found, warnings: ignored(name, texts) };
}

function readTexts(data: unknown): { readonly texts: Texts; readonly wrong: readonly Finding[] } {
  if (data === undefined || data === null) return { texts: {}, wrong: [] };
  if (typeof data !== 'object' || Array.isArray(data))
    return { texts: {}, wrong: [finding('data', 'type.wrong', data, 'a map from key to text')] };
  const entries = Object.entries(data).map(([key, value]): [string, unknown] => [key, value ?? '']);
  const wrong = entries
    .filter(([, value]) => typeof value !== 'string')
    .map(([key, value]) => finding(`data.${key}`, 'type.wrong', value, 'text: put it in quotes'));
  return {
    texts: Object.fromEntries(entries.filter(([, value]) => typeof value === 'string')) as Texts,
    wrong,
  };
}

/** Config maps by name, as a context needs them: those that would be refused are left out, as a cluster keeps none. */
export function acceptedData(
  maps: ReadonlyMap<string, unknown>,
  options: ConfigMapVerdictOptions = {},
): Map<string, Texts> {
  return new Map(
    [...maps]
      .filter(([name, data]) => isJudged(name) && validateConfigMap(name, data, options).errors.length === 0)
      .map(([name, data]): [string, Texts] => [name, readTexts(data).texts]),
  );
}
