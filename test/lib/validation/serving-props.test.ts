import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEmbeddedYaml } from '../../../lib/manifests/index.ts';
import {
  type ConfigKey,
  type ConfigPropName,
  configData,
  configKeys,
  configMapOf,
  type ServingConfigProps,
  type ServingPropsOptions,
  servingConfigProblems,
  validateConfigMap,
} from '../../../lib/validation/index.ts';

const refused = (props: object, options?: ServingPropsOptions): string[] =>
  servingConfigProblems(props as ServingConfigProps, options).map(
    ({ prop, key, allowed }) => `${prop}.${key}: ${allowed}`,
  );

/** One mistake, at this key, with this beginning of what is allowed. */
const once = (problems: readonly string[], key: string, allowed: string): void => {
  expect(problems).toHaveLength(1);
  expect(problems[0]?.slice(0, `${key}: ${allowed}`.length)).toBe(`${key}: ${allowed}`);
};

describe('a value of the wrong type is refused with what to write', () => {
  it.each<[object, string, string]>([
    [
      { autoscaler: { 'enable-scale-to-zero': 'true' } },
      'autoscaler.enable-scale-to-zero',
      'true, without quotes',
    ],
    [{ autoscaler: { 'enable-scale-to-zero': 'on' } }, 'autoscaler.enable-scale-to-zero', 'true or false'],
    [{ autoscaler: { 'max-scale': '10' } }, 'autoscaler.max-scale', '10, without quotes'],
    [{ autoscaler: { 'max-scale': 1.5 } }, 'autoscaler.max-scale', 'a whole number'],
    [{ autoscaler: { 'max-scale': null } }, 'autoscaler.max-scale', 'a whole number'],
    [{ autoscaler: { 'activator-capacity': Number.NaN } }, 'autoscaler.activator-capacity', 'a number'],
    [{ autoscaler: { 'stable-window': 60 } }, 'autoscaler.stable-window', "a duration as text: '60s'"],
    [{ autoscaler: { 'stable-window': '1d' } }, 'autoscaler.stable-window', 'a duration as text, such as'],
    [{ defaults: { 'revision-cpu-limit': 2 } }, 'defaults.revision-cpu-limit', "'2', as text"],
    [
      { defaults: { 'revision-cpu-limit': '2 cores' } },
      'defaults.revision-cpu-limit',
      'a Kubernetes quantity',
    ],
    [
      { defaults: { 'revision-cpu-limit': '-1' } },
      'defaults.revision-cpu-limit',
      'a Kubernetes quantity of at least 0',
    ],
    [{ network: { 'ingress-class': '' } }, 'network.ingress-class', 'some text; left out, it is'],
    [{ network: { 'domain-template': 5 } }, 'network.domain-template', "'5', as text"],
    [
      { deployment: { 'registries-skipping-tag-resolving': 'a,b' } },
      'deployment.registries-skipping-tag-resolving',
      'a list of texts',
    ],
    [
      { deployment: { 'registries-skipping-tag-resolving': ['a,b'] } },
      'deployment.registries-skipping-tag-resolving',
      'a list of texts without commas',
    ],
  ])('%j', (props, key, allowed) => once(refused(props), key, allowed));
});

describe('what Knative would ignore without a word is refused', () => {
  it.each<[object, string, string]>([
    [
      { autoscaler: { 'stable-windo': '60s' } },
      'autoscaler.stable-windo',
      'a known key: did you mean "stable-window"?',
    ],
    [
      { logging: { 'loglevel.activater': 'info' } },
      'logging.loglevel.activater',
      'a known key: did you mean "loglevel.activator"?',
    ],
    [{ leaderElection: { 'map-lease-prefix': 'x' } }, 'leaderElection.map-lease-prefix', 'a known key'],
    [{ autoscaler: { toString: 'x' } }, 'autoscaler.toString', 'a known key'],
    [
      { features: { 'kubernetes.podspec-affinity': 'enable' } },
      'features.kubernetes.podspec-affinity',
      'enabled, allowed or disabled; did you mean "enabled"?',
    ],
    [
      { features: { 'kubernetes.podspec-affinity': true } },
      'features.kubernetes.podspec-affinity',
      'enabled, allowed or disabled',
    ],
    [
      { features: { 'multi-container': 'allowed' } },
      'features.multi-container',
      'enabled or disabled: "allowed" would count as disabled',
    ],
    [
      { features: { 'secure-pod-defaults': 'allowed' } },
      'features.secure-pod-defaults',
      'disabled, allowRootBounded or enabled',
    ],
    [
      { defaults: { 'enable-service-links': 'yes' } },
      'defaults.enable-service-links',
      'true or false, or default',
    ],
    [
      { network: { 'external-domain-tls': 'enable' } },
      'network.external-domain-tls',
      'disabled or enabled; did you mean "enabled"?',
    ],
    [
      { network: { 'mesh-compatibility-mode': 'maybe' } },
      'network.mesh-compatibility-mode',
      'auto, enabled or disabled',
    ],
    [
      { network: { 'default-external-scheme': 'htps' } },
      'network.default-external-scheme',
      'http or https; did you mean "https"?',
    ],
    [
      { deployment: { 'queue-sidecar-tls-min-version': '1.1' } },
      'deployment.queue-sidecar-tls-min-version',
      '1.2 or 1.3',
    ],
    [
      { deployment: { 'queue-sidecar-tls-curve-preferences': ['P256'] } },
      'deployment.queue-sidecar-tls-curve-preferences',
      'of CurveP256, CurveP384',
    ],
    [
      { deployment: { 'default-affinity-type': 'None' } },
      'deployment.default-affinity-type',
      'prefer-spread-revision-over-nodes or none',
    ],
    [
      { deployment: { 'runtime-class-name': { gvisor: { selectors: {} } } } },
      'deployment.runtime-class-name.gvisor.selectors',
      'a known field: did you mean "selector"?',
    ],
    [
      { logging: { 'zap-logger-config': { encoderConfig: { timeEncoder: 'iso' } } } },
      'logging.zap-logger-config.encoderConfig.timeEncoder',
      'iso8601',
    ],
    [{ logging: { 'zap-logger-config': '{}' } }, 'logging.zap-logger-config', 'an object with level'],
    [
      { network: { 'namespace-wildcard-cert-selector': { matchLabel: {} } } },
      'network.namespace-wildcard-cert-selector.matchLabel',
      'matchLabels or matchExpressions',
    ],
    [
      {
        network: { 'namespace-wildcard-cert-selector': { matchExpressions: [{ key: 'a', operator: 'in' }] } },
      },
      'network.namespace-wildcard-cert-selector.matchExpressions[0].operator',
      'In, NotIn',
    ],
    [
      { domain: { 'a.example.com': { selector: { app: 'a b' } } } },
      'domain.a.example.com.selector.app',
      'a label',
    ],
    [{ domain: { 'a.example.com': { type: 'wild' } } }, 'domain.a.example.com.type', 'wildcard'],
    [
      { certManager: { issuerRef: { name: 'x', kind: 'Isuer' } } },
      'certManager.issuerRef.kind',
      'ClusterIssuer or Issuer',
    ],
    [
      { certManager: { issuerRef: { kind: 'Issuer' } } },
      'certManager.issuerRef.name',
      'something: it is needed',
    ],
  ])('%j', (props, key, allowed) => once(refused(props), key, allowed));

  it('a flag of a later release', () => {
    const props = { features: { 'kubernetes.podspec-volumes-ephemeral': 'enabled' } };
    expect(refused(props)).toEqual([]);
    once(
      refused(props, { features: ['multi-container'] }),
      'features.kubernetes.podspec-volumes-ephemeral',
      'a key of this release: it came later',
    );
  });
});

describe('what Knative’s parser refuses is refused, once', () => {
  it.each<[object, string, string]>([
    [{ autoscaler: { 'stable-window': '5s' } }, 'autoscaler.stable-window', 'whole seconds from 6s to 1h'],
    [{ autoscaler: { 'min-scale': 5, 'max-scale': 4 } }, 'autoscaler.min-scale', 'at most max-scale, 4'],
    [{ autoscaler: { 'max-scale-limit': 3 } }, 'autoscaler.max-scale', 'from 1 to max-scale-limit, 3'],
    [
      { autoscaler: { 'initial-scale': 0 } },
      'autoscaler.initial-scale',
      '1 or more; 0 with allow-zero-initial-scale',
    ],
    [{ autoscaler: { 'max-scale': 2 ** 40 } }, 'autoscaler.max-scale', 'a whole number of 32 bits'],
    [
      { defaults: { 'revision-timeout-seconds': 601 } },
      'defaults.revision-timeout-seconds',
      'at most max-revision-timeout-seconds, 600',
    ],
    [
      { defaults: { 'revision-response-start-timeout-seconds': 301 } },
      'defaults.revision-response-start-timeout-seconds',
      'at most revision-timeout-seconds, 300',
    ],
    [
      { defaults: { 'revision-idle-timeout-seconds': 301 } },
      'defaults.revision-idle-timeout-seconds',
      'at most revision-timeout-seconds, 300',
    ],
    [
      { defaults: { 'container-concurrency': 1001 } },
      'defaults.container-concurrency',
      'from 0 to container-concurrency-max-limit, 1000',
    ],
    [
      { defaults: { 'container-name-template': '{{.Nam}}' } },
      'defaults.container-name-template',
      'a Go template',
    ],
    [
      { deployment: { 'progress-deadline': '1500ms' } },
      'deployment.progress-deadline',
      'whole seconds of at least 1',
    ],
    [
      { gc: { 'min-non-active-revisions': 5, 'max-non-active-revisions': 4 } },
      'gc.min-non-active-revisions',
      'at most max-non-active-revisions, 4',
    ],
    [{ leaderElection: { buckets: 11 } }, 'leaderElection.buckets', 'a whole number from 1 to 10'],
    [{ network: { 'domain-template': '{{.Name}}/x' } }, 'network.domain-template', 'a Go template'],
    [{ observability: { 'metrics-protocol': 'grpc' } }, 'observability.metrics-endpoint', 'an endpoint'],
    [
      { observability: { 'tracing-protocol': 'stdout', 'tracing-endpoint': 'http://a:1' } },
      'observability.tracing-endpoint',
      'nothing',
    ],
    [{ domain: { 'Shop.example.com': {} } }, 'domain.Shop.example.com', 'a host name in lower case'],
  ])('%j', (props, key, allowed) => once(refused(props), key, allowed));
});

describe('contradictions are refused, once', () => {
  const tls = { network: { 'system-internal-tls': 'enabled' } };

  it.each<[object, string, string, ServingPropsOptions?]>([
    [
      { defaults: { 'max-revision-timeout-seconds': 900 } },
      'defaults.max-revision-timeout-seconds',
      'at most 600',
      { around: { activatorGracePeriod: 600 } },
    ],
    [{}, 'defaults.max-revision-timeout-seconds', 'at most 300', { around: { activatorGracePeriod: 300 } }],
    [
      { defaults: { 'revision-timeout-seconds': 0 } },
      'defaults.revision-timeout-seconds',
      '1 or more seconds',
    ],
    [
      { defaults: { 'revision-response-start-timeout-seconds': -1 } },
      'defaults.revision-response-start-timeout-seconds',
      '0 or more seconds',
    ],
    [
      { defaults: { 'revision-idle-timeout-seconds': -1 } },
      'defaults.revision-idle-timeout-seconds',
      '0 or more seconds',
    ],
    [
      { defaults: { 'allow-container-concurrency-zero': false } },
      'defaults.allow-container-concurrency-zero',
      'true, or a container-concurrency of 1',
    ],
    [
      { defaults: { 'allow-container-concurrency-zero': false, 'container-concurrency': 0 } },
      'defaults.container-concurrency',
      'true, or a container-concurrency of 1',
    ],
    [
      { defaults: { 'revision-cpu-request': '700m', 'revision-cpu-limit': '0.6' } },
      'defaults.revision-cpu-request',
      'at most revision-cpu-limit, 0.6',
    ],
    [
      { defaults: { 'revision-memory-request': '1Gi', 'revision-memory-limit': '1G' } },
      'defaults.revision-memory-request',
      'at most',
    ],
    [
      { autoscaler: { 'initial-scale': 5, 'max-scale': 4 } },
      'autoscaler.initial-scale',
      'at most max-scale, 4',
    ],
    [
      { autoscaler: { 'initial-scale': 0, 'allow-zero-initial-scale': true, 'enable-scale-to-zero': false } },
      'autoscaler.initial-scale',
      '1 or more: enable-scale-to-zero is false',
    ],
    [
      { autoscaler: { 'enable-scale-to-zero': false, 'scale-to-zero-grace-period': '30s' } },
      'autoscaler.scale-to-zero-grace-period',
      'nothing',
    ],
    [
      { autoscaler: { 'enable-scale-to-zero': false, 'scale-to-zero-pod-retention-period': '1m' } },
      'autoscaler.scale-to-zero-pod-retention-period',
      'nothing',
    ],
    [
      { autoscaler: { 'pod-autoscaler-class': 'hpa.autoscaling.knative.dev' } },
      'autoscaler.pod-autoscaler-class',
      'another class',
      { around: { hpaAutoscaler: false } },
    ],
    [
      { features: { 'kubernetes.podspec-persistent-volume-write': 'enabled' } },
      'features.kubernetes.podspec-persistent-volume-write',
      'disabled, or kubernetes.podspec-persistent-volume-claim',
    ],
    [
      { features: { 'multi-container': 'Disabled', 'multi-container-probing': 'Enabled' } },
      'features.multi-container-probing',
      'disabled, or multi-container',
    ],
    [
      { deployment: { 'queue-sidecar-cpu-limit': '10m' } },
      'deployment.queue-sidecar-cpu-limit',
      'at least queue-sidecar-cpu-request, 25m',
    ],
    [
      {
        deployment: { 'queue-sidecar-memory-request': '1Gi' },
        features: { 'queueproxy.resource-defaults': 'enabled' },
      },
      'deployment.queue-sidecar-memory-request',
      'at most queue-sidecar-memory-limit, 800Mi',
    ],
    [
      {
        deployment: { 'queue-sidecar-memory-limit': '64Mi' },
        features: { 'queueproxy.resource-defaults': 'enabled' },
      },
      'deployment.queue-sidecar-memory-limit',
      'at least queue-sidecar-memory-request, 400Mi',
    ],
    [
      { deployment: { 'queue-sidecar-tls-min-version': '1.3' } },
      'deployment.queue-sidecar-tls-min-version',
      'nothing, unless system-internal-tls',
    ],
    [
      {
        ...tls,
        deployment: { 'queue-sidecar-tls-min-version': '1.3', 'queue-sidecar-tls-max-version': '1.2' },
      },
      'deployment.queue-sidecar-tls-min-version',
      'at most queue-sidecar-tls-max-version, 1.2',
    ],
    [
      { ...tls, deployment: { 'queue-sidecar-tls-max-version': '1.2' } },
      'deployment.queue-sidecar-tls-max-version',
      '1.3, or',
    ],
    [
      {
        ...tls,
        deployment: { 'queue-sidecar-tls-cipher-suites': ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'] },
      },
      'deployment.queue-sidecar-tls-cipher-suites',
      'nothing, unless queue-sidecar-tls-min-version is 1.2',
    ],
    [
      {
        gc: {
          'retain-since-create-time': 'disabled',
          'retain-since-last-active-time': 'Disabled',
          'max-non-active-revisions': 'disabled',
          'min-non-active-revisions': 3,
        },
      },
      'gc.min-non-active-revisions',
      'nothing while all else is disabled',
    ],
    [
      { leaderElection: { 'lease-duration': '40s' } },
      'leaderElection.lease-duration',
      'longer than renew-deadline, 40s',
    ],
    [
      { leaderElection: { 'retry-period': '34s' } },
      'leaderElection.renew-deadline',
      'longer than 1.2 times retry-period, 34s',
    ],
    [{ leaderElection: { 'retry-period': '0s' } }, 'leaderElection.retry-period', 'a duration above 0s'],
    [
      { network: { 'auto-tls': 'enabled', 'external-domain-tls': 'enabled' } },
      'network.auto-tls',
      'nothing beside external-domain-tls',
    ],
    [
      { network: { 'internal-encryption': true, 'system-internal-tls': 'Disabled' } },
      'network.internal-encryption',
      'nothing beside system-internal-tls',
    ],
    [
      { network: { 'http-protocol': 'redirected' } },
      'network.http-protocol',
      'enabled, or external-domain-tls',
      { around: { gatewayCertificate: false } },
    ],
    [
      { certManager: { issuerRef: { name: 'letsencrypt' } } },
      'certManager.issuerRef',
      'nothing, unless external-domain-tls',
    ],
    [
      { certManager: { clusterLocalIssuerRef: { name: 'own' } } },
      'certManager.clusterLocalIssuerRef',
      'nothing, unless cluster-local-domain-tls',
    ],
    [
      { certManager: { systemInternalIssuerRef: { name: 'own' } } },
      'certManager.systemInternalIssuerRef',
      'nothing, unless system-internal-tls',
    ],
    [
      { observability: { 'metrics-export-interval': '30s', 'metrics-protocol': 'prometheus' } },
      'observability.metrics-export-interval',
      'nothing, unless metrics-protocol',
    ],
    [
      { observability: { 'request-metrics-export-interval': '30s' } },
      'observability.request-metrics-export-interval',
      'nothing, unless request-metrics-protocol',
    ],
    [
      { observability: { 'runtime-export-interval': '30s' } },
      'observability.runtime-export-interval',
      'nothing, unless metrics-protocol',
    ],
    [
      { observability: { 'tracing-sampling-rate': 0.5 } },
      'observability.tracing-sampling-rate',
      'nothing, unless tracing-protocol',
    ],
    [
      { observability: { 'logging.request-log-template': '{{.Request.Method}}' } },
      'observability.logging.request-log-template',
      'nothing, unless logging.enable-request-log',
    ],
    [
      { observability: { 'logging.enable-probe-request-log': true } },
      'observability.logging.enable-probe-request-log',
      'nothing, unless logging.enable-request-log',
    ],
    [
      { domain: { 'b.example.com': {}, 'a.example.com': {} } },
      'domain.b.example.com',
      'a selector: a.example.com',
    ],
    [
      {
        domain: {
          'b.example.com': { selector: { x: '1', y: '2' } },
          'a.example.com': { selector: { y: '2', x: '1' } },
        },
      },
      'domain.b.example.com',
      'another selector than that of a.example.com',
    ],
  ])('%j', (props, key, allowed, options) => once(refused(props, options), key, allowed));

  it('says nothing where the settings agree', () => {
    const agreed: ServingConfigProps = {
      autoscaler: { 'initial-scale': 4, 'max-scale': 4, 'max-scale-limit': 4, 'enable-scale-to-zero': false },
      certManager: { issuerRef: { name: 'letsencrypt' } },
      defaults: {
        'max-revision-timeout-seconds': 900,
        'allow-container-concurrency-zero': false,
        'container-concurrency': 10,
        'revision-cpu-request': '600m',
        'revision-cpu-limit': '0.6',
        'enable-service-links': 'default',
      },
      deployment: {
        'queue-sidecar-cpu-limit': '25m',
        'queue-sidecar-tls-min-version': '1.2',
        'queue-sidecar-tls-cipher-suites': ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
        'runtime-class-name': { gvisor: { selector: { sandbox: 'yes' } }, kata: {} },
      },
      domain: {
        'example.com': {},
        'staff.example.com': { selector: { audience: 'staff' }, type: 'wildcard' },
      },
      features: {
        'kubernetes.podspec-persistent-volume-claim': 'enabled',
        'kubernetes.podspec-persistent-volume-write': 'Enabled',
        'secure-pod-defaults': 'AllowRootBounded',
      },
      gc: { 'max-non-active-revisions': 'disabled' },
      leaderElection: { 'retry-period': '33s', 'map-lease-prefix.controller': 'mine' },
      logging: {
        'zap-logger-config': {
          level: 'warn',
          encoding: 'json',
          outputPaths: ['stdout'],
          encoderConfig: { timeEncoder: 'iso8601' },
        },
        'loglevel.queueproxy': 'error',
      },
      network: {
        'external-domain-tls': 'Enabled',
        'http-protocol': 'Redirected',
        'internal-encryption': true,
        'namespace-wildcard-cert-selector': {},
      },
      observability: {
        'metrics-protocol': 'grpc',
        'metrics-endpoint': 'http://collector:4317',
        'metrics-export-interval': '30s',
        'logging.enable-request-log': true,
        'logging.request-log-template': '{{.Request.Method}}',
      },
    };
    const around = { activatorGracePeriod: 900, hpaAutoscaler: false, gatewayCertificate: false };
    expect(refused(agreed, { around })).toEqual([]);
  });

  it('names mistakes of several maps at once, and draws no conclusion from a map that has one', () => {
    expect(
      refused({
        certManager: { issuerRef: { name: 'letsencrypt' } },
        leaderElection: { 'lease-duration': '1s' },
        network: { 'external-domain-tls': 'on' },
      }).map((line) => line.split(': ')[0]),
    ).toEqual(['network.external-domain-tls', 'leaderElection.lease-duration']);
  });
});

describe('a wrong prop is no TypeScript', () => {
  it('neither its key nor its value', () => {
    const wrong: ServingConfigProps[] = [
      // @ts-expect-error text where a boolean is meant
      { autoscaler: { 'enable-scale-to-zero': 'true' } },
      // @ts-expect-error no unit
      { autoscaler: { 'stable-window': '60' } },
      // @ts-expect-error days are none of Go's units
      { gc: { 'retain-since-create-time': '3d' } },
      // @ts-expect-error another word
      { features: { 'multi-container': 'allowed' } },
      // @ts-expect-error another key
      { network: { 'ingress.class': 'kourier.ingress.networking.knative.dev' } },
      // @ts-expect-error no quantity
      { defaults: { 'revision-memory-limit': '64 MB' } },
      // @ts-expect-error no name
      { certManager: { issuerRef: { kind: 'Issuer' } } },
      // @ts-expect-error neither labels nor expressions
      { network: { 'namespace-wildcard-cert-selector': { matchLabel: { a: 'b' } } } },
      // @ts-expect-error another version
      { deployment: { 'queue-sidecar-tls-min-version': '1.1' } },
    ];
    for (const props of wrong) expect(servingConfigProblems(props)).not.toEqual([]);
  });
});

const durations = fc
  .tuple(fc.integer({ min: 0, max: 7200 }), fc.constantFrom('s', 'ms', 'm', 'h'))
  .map(([amount, unit]) => `${amount}${unit}`);

/** Any value that a key's type allows, and now and then another. */
function valuesOf(key: ConfigKey): fc.Arbitrary<unknown> {
  const kinds: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    bool: fc.boolean(),
    int: fc.oneof(fc.integer({ min: -2, max: 20 }), fc.integer()),
    float: fc.oneof(fc.integer({ min: -2, max: 300 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
    duration: durations,
    quantity: fc
      .tuple(fc.integer({ min: 0, max: 2000 }), fc.constantFrom('', 'm', 'Mi', 'G'))
      .map((parts) => parts.join('')),
    text: fc.constantFrom('a', '{{.Name}}', '{{.Name}}.{{.Namespace}}.{{.Domain}}', '{{', 'http://a:1', ' '),
    list: fc.array(fc.constantFrom('a', 'b.example.com', ...(key.items ?? []))),
    object: fc.constantFrom<unknown>(
      {},
      { name: 'own', kind: 'Issuer' },
      { gvisor: { selector: { a: 'b' } } },
      {
        matchLabels: { a: '1', b: 'true' },
        matchExpressions: [{ key: 'x', operator: 'In', values: ['null'] }],
      },
      { level: 'info', encoding: 'json', initialFields: { a: 1 } },
    ),
  };
  const words = (key.words ?? []).flatMap((word) => [word, word.toUpperCase()]);
  const typed = kinds[key.kind];
  return fc.oneof(
    ...(typed === undefined ? [] : [{ weight: 8, arbitrary: typed }]),
    ...(words.length === 0 ? [] : [{ weight: 6, arbitrary: fc.constantFrom(...words) }]),
    { weight: 1, arbitrary: fc.constantFrom<unknown>('true', '5', 5, true, null, [], {}, 'allowed') },
  );
}

const mapProps = (prop: Exclude<ConfigPropName, 'domain'>): fc.Arbitrary<object> => {
  const keys: Readonly<Record<string, ConfigKey>> = configKeys[configMapOf[prop]];
  return fc.record(Object.fromEntries(Object.entries(keys).map(([key, entry]) => [key, valuesOf(entry)])), {
    requiredKeys: [],
  });
};

describe('what the typed props accept, Knative’s webhook accepts', () => {
  const props = (Object.keys(configMapOf) as ConfigPropName[]).filter((prop) => prop !== 'domain');

  it.each(props)('of %s, all and key by key, and ignores none of it', (prop) => {
    const keys: Readonly<Record<string, ConfigKey>> = configKeys[configMapOf[prop]];
    const some = fc
      .constantFrom(...Object.entries(keys))
      .chain(([key, entry]) => valuesOf(entry).map((value) => ({ [key]: value })));
    let accepted = 0;
    fc.assert(
      fc.property(fc.oneof(some, mapProps(prop)), (values) => {
        const config = { [prop]: values } as ServingConfigProps;
        if (servingConfigProblems(config, { props: [prop] }).length > 0) return;
        accepted += 1;
        const image = prop === 'deployment' ? { 'queue-sidecar-image': 'queue' } : {};
        const data = { ...image, ...configData(config, prop) };
        expect(
          validateConfigMap(configMapOf[prop], data, { readYaml: readEmbeddedYaml }),
          JSON.stringify(data),
        ).toEqual({ errors: [], warnings: [] });
      }),
      { numRuns: 500 },
    );
    // Else nothing was shown; by chance it is more than forty.
    expect(accepted).toBeGreaterThan(5);
  });
});
