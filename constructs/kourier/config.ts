import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { type Problem, ZeroshiftError } from '../../lib/messages/error.ts';
import { nearest } from '../../lib/messages/nearest.ts';
import { parseGoBool, parseGoDuration, parseGoFloat, parseGoInt } from '../../lib/validation/index.ts';
import { servingNamespace } from '../knative/index.ts';
import { kourierLabels } from './names.ts';
import type { KourierRelease } from './releases/index.ts';

interface Kind {
  reads(text: string): boolean;
  readonly allowed: string;
}

const whole = (text: string): number => parseGoInt(text) ?? Number.NaN;
const bool: Kind = { reads: (text) => parseGoBool(text) !== undefined, allowed: 'true or false' };
const duration: Kind = {
  reads: (text) => (parseGoDuration(text) ?? -1) >= 0,
  allowed: 'a Go duration, 0s or more, such as 90s',
};
const unsigned: Kind = {
  reads: (text) => /^\d+$/.test(text) && Number(text) < 2 ** 32,
  allowed: 'a whole number from 0 to 4294967295',
};
const milliseconds: Kind = {
  reads: (text) => whole(text) >= 0,
  allowed: 'a whole number of milliseconds, 0 or more',
};
const text: Kind = { reads: () => true, allowed: 'a text' };
const fraction: Kind = {
  reads: (value) => {
    const rate = parseGoFloat(value) ?? -1;
    return rate >= 0 && rate <= 1;
  },
  allowed: 'a number from 0 to 1',
};
const oneOf = (...values: readonly string[]): Kind => ({
  reads: (value) => values.includes(value),
  allowed: `one of ${values.join(', ')}`,
});
const hostAndPort: Kind = {
  reads: (value) => {
    const [, port] = /^(?:[^:[\]]+|\[[^[\]]+\]):(\d{1,5})$/.exec(value) ?? [];
    return port !== undefined && Number(port) <= 65_535;
  },
  allowed: 'host:port, such as my-auth:2222',
};
const octets = (value: string): boolean =>
  /^\d{1,3}(\.\d{1,3}){3}$/.test(value) && value.split('.').every((part) => Number(part) <= 255);
const addresses: Kind = {
  reads: (value) =>
    value.split(',').every((one) => octets(one.trim()) || /^[0-9a-f:]*:[0-9a-f:.]+$|^::$/i.test(one.trim())),
  allowed: 'IP addresses with commas between them',
};
const endpoint: Kind = {
  reads: (value) => /^https?:\/\/[^/:]+:\d{1,5}(\/.*)?$/.test(value),
  allowed: 'a URL with a port, such as http://collector.observability.svc:4317',
};

interface Key {
  readonly kind: Kind;
  /** What holds where the key is left out. */
  readonly fallback: string;
  /** The key without which this one is ignored. */
  readonly needs?: string;
}

/** Every key that Kourier's controller reads from `config-kourier`, with its rule and its default. */
export const kourierConfigKeys = {
  'enable-service-access-logging': { kind: bool, fallback: 'true' },
  'service-access-log-template': { kind: text, fallback: '' },
  'enable-proxy-protocol': { kind: bool, fallback: 'false' },
  'cluster-cert-secret': { kind: text, fallback: '' },
  'stream-idle-timeout': { kind: duration, fallback: '0s' },
  'enable-cryptomb': { kind: bool, fallback: 'false' },
  'listen-ip-addresses': { kind: addresses, fallback: '0.0.0.0' },
  'trusted-hops-count': { kind: unsigned, fallback: '0' },
  'use-remote-address': { kind: bool, fallback: 'false' },
  'cipher-suites': { kind: text, fallback: '' },
  'disable-envoy-server-header': { kind: bool, fallback: 'false' },
  'extauthz-host': { kind: hostAndPort, fallback: '' },
  'extauthz-protocol': { kind: oneOf('grpc', 'http', 'https'), fallback: 'grpc', needs: 'extauthz-host' },
  'extauthz-failure-mode-allow': { kind: bool, fallback: 'false', needs: 'extauthz-host' },
  'extauthz-max-request-body-bytes': { kind: unsigned, fallback: '8192', needs: 'extauthz-host' },
  'extauthz-timeout': { kind: milliseconds, fallback: '2000', needs: 'extauthz-host' },
  'extauthz-path-prefix': { kind: text, fallback: '', needs: 'extauthz-host' },
  // The example of the release names it without its last letter; that name would be ignored.
  'extauthz-pack-as-bytes': { kind: bool, fallback: 'false', needs: 'extauthz-host' },
  'certs-secret-name': { kind: text, fallback: '', needs: 'certs-secret-namespace' },
  'certs-secret-namespace': { kind: text, fallback: '', needs: 'certs-secret-name' },
  'tracing-endpoint': { kind: endpoint, fallback: '' },
  'tracing-protocol': { kind: oneOf('grpc', 'http/protobuf'), fallback: 'grpc', needs: 'tracing-endpoint' },
  'tracing-sampling-rate': { kind: fraction, fallback: '1.0', needs: 'tracing-endpoint' },
  'tracing-service-name': { kind: text, fallback: 'kourier-knative', needs: 'tracing-endpoint' },
} as const satisfies Readonly<Record<string, Key>>;

/** Settings of the gateway, each key as upstream names it and its value as text. What is left out has its default. */
export type KourierConfig = Readonly<Partial<Record<keyof typeof kourierConfigKeys, string>>>;

/** What the controller would refuse in `config-kourier`, or silently ignore. @param where the path of the map */
export function kourierConfigProblems(config: KourierConfig, where = 'config-kourier'): Problem[] {
  const keys: Readonly<Record<string, Key>> = kourierConfigKeys;
  const data: Readonly<Record<string, string>> = config;
  const wrong = (name: string, allowed: string): Problem => ({
    where: `${where}.${name}`,
    value: data[name],
    allowed,
  });
  return Object.entries(data).flatMap(([name, value]) => {
    const key = keys[name];
    if (key === undefined) {
      const near = nearest(name, Object.keys(keys));
      return wrong(name, near === undefined ? 'a known key' : `a known key: did you mean "${near}"?`);
    }
    // Empty is how upstream's example turns a text key off.
    if (value === '' && key.fallback === '') return [];
    if (!key.kind.reads(value)) return wrong(name, key.kind.allowed);
    if (key.needs !== undefined && (data[key.needs] ?? '') === '')
      return wrong(name, `only beside "${key.needs}", without which it is ignored`);
    return [];
  });
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
  return new k8s.KubeConfigMap(scope, 'config', {
    metadata: { name: 'config-kourier', namespace: servingNamespace, labels: kourierLabels(release) },
    ...(Object.keys(config).length === 0 ? {} : { data: { ...config } }),
  });
}
