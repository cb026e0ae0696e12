import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { type Problem, ZeroshiftError } from '../../lib/messages/error.ts';
import { checkKeys, configText, parseGoDuration } from '../../lib/validation/index.ts';
import { servingNamespace } from '../knative/index.ts';
import { type KourierConfig, kourierConfigKeys } from './config-keys.ts';
import { kourierLabels } from './names.ts';
import type { KourierRelease } from './releases/index.ts';

type Key = keyof KourierConfig;

/** The key without which another one is ignored. */
const needs: Partial<Record<Key, Key>> = {
  'extauthz-protocol': 'extauthz-host',
  'extauthz-failure-mode-allow': 'extauthz-host',
  'extauthz-max-request-body-bytes': 'extauthz-host',
  'extauthz-timeout': 'extauthz-host',
  'extauthz-path-prefix': 'extauthz-host',
  'extauthz-pack-as-bytes': 'extauthz-host',
  'certs-secret-name': 'certs-secret-namespace',
  'certs-secret-namespace': 'certs-secret-name',
  'tracing-protocol': 'tracing-endpoint',
  'tracing-sampling-rate': 'tracing-endpoint',
  'tracing-service-name': 'tracing-endpoint',
};

interface Rule {
  holds(text: string): boolean;
  readonly allowed: string;
}

const unsigned: Rule = {
  holds: (text) => Number(text) >= 0 && Number(text) < 2 ** 32,
  allowed: 'a whole number from 0 to 4294967295',
};
const octets = (value: string): boolean =>
  /^\d{1,3}(\.\d{1,3}){3}$/.test(value) && value.split('.').every((part) => Number(part) <= 255);
const isAddress = (one: string): boolean =>
  octets(one.trim()) || /^[0-9a-f:]*:[0-9a-f:.]+$|^::$/i.test(one.trim());

/** What the controller asks of a value that has the right type. */
const rules: Partial<Record<Key, Rule>> = {
  'stream-idle-timeout': {
    holds: (text) => (parseGoDuration(text) ?? -1) >= 0,
    allowed: 'a duration of at least 0s, such as 90s',
  },
  'listen-ip-addresses': {
    holds: (text) => text.split(',').every(isAddress),
    allowed: 'a list of IP addresses',
  },
  'trusted-hops-count': unsigned,
  'extauthz-host': {
    holds: (text) => {
      const [, port] = /^(?:[^:[\]]+|\[[^[\]]+\]):(\d{1,5})$/.exec(text) ?? [];
      return port !== undefined && Number(port) <= 65_535;
    },
    allowed: 'host:port, such as my-auth:2222',
  },
  'extauthz-max-request-body-bytes': unsigned,
  'extauthz-timeout': {
    holds: (text) => Number(text) >= 0,
    allowed: 'a whole number of milliseconds, 0 or more',
  },
  'tracing-endpoint': {
    holds: (text) => /^https?:\/\/[^/:]+:\d{1,5}(\/.*)?$/.test(text),
    allowed: 'a URL with a port, such as http://collector.observability.svc:4317',
  },
  'tracing-sampling-rate': {
    holds: (text) => Number(text) >= 0 && Number(text) <= 1,
    allowed: 'a number from 0 to 1',
  },
};

/** What the controller would refuse in `config-kourier`, or silently ignore. @param where the path of the map */
export function kourierConfigProblems(config: KourierConfig, where = 'config-kourier'): Problem[] {
  const texts = configText(config);
  const unreadable = checkKeys(kourierConfigKeys, config).map(({ field, value, allowed }) => ({
    where: `${where}.${field.replace(/^data\./, '')}`,
    value,
    allowed,
  }));
  const known = (Object.keys(texts) as Key[]).filter(
    (key) => !unreadable.some((problem) => problem.where.startsWith(`${where}.${key}`)),
  );
  return [
    ...unreadable,
    ...known.flatMap((key): Problem[] => {
      const text = texts[key] ?? '';
      // Empty is how upstream's example turns a text key off.
      if (text === '') return [];
      const wrong = (allowed: string): Problem[] => [
        { where: `${where}.${key}`, value: config[key], allowed },
      ];
      const rule = rules[key];
      if (rule !== undefined && !rule.holds(text)) return wrong(rule.allowed);
      const needed = needs[key];
      if (needed !== undefined && (texts[needed] ?? '') === '')
        return wrong(`only beside "${needed}", without which it is ignored`);
      return [];
    }),
  ];
}

/** The config map. Without settings it has no data: upstream ships an example that nothing reads. */
export function addKourierConfig(
  scope: Construct,
  release: KourierRelease,
  config: KourierConfig,
): k8s.KubeConfigMap {
  const problems = kourierConfigProblems(config);
  if (problems.length > 0)
    throw new ZeroshiftError(
      problems.length === 1 ? 'a config map has a mistake' : `a config map has ${problems.length} mistakes`,
      {
        code: 'config.invalid',
        source: 'user',
        problems,
        action: "mend the keys named above in the ingress's settings",
      },
    );
  const data = configText(config);
  return new k8s.KubeConfigMap(scope, 'config', {
    metadata: { name: 'config-kourier', namespace: servingNamespace, labels: kourierLabels(release) },
    ...(Object.keys(data).length === 0 ? {} : { data }),
  });
}
