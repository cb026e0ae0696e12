import { given } from './given.ts';
import { flag, type Kind, object, text, textOr, textThat, variant, word } from './kinds.ts';

interface KeyOf {
  readonly key: string;
  /** Whether the container starts without it. @default false */
  readonly optional?: boolean;
}

/** A resource of a container, as what it asked for or is held to. */
export interface ResourceReference {
  /** `requests.` or `limits.` and `cpu`, `memory` or `ephemeral-storage`. */
  readonly resource: string;
  /** Its name; that of a service's only container is `user-container`. @default - the container that refers to it */
  readonly container?: string;
  /** The unit that the number is in: `1Mi` gives 64 for 64Mi, `1m` thousandths of a CPU. @default '1' */
  readonly divisor?: string;
}

/**
 * A variable's value: text; a key of a Secret or ConfigMap in the service's namespace; a field of the pod such as
 * `status.podIP`, or a resource of a container, both of which turn `kubernetes.podspec-fieldref` on.
 */
export type EnvValue =
  | string
  | (KeyOf & { readonly secret: string })
  | (KeyOf & { readonly configMap: string })
  | { readonly field: string }
  | ResourceReference;

/** All keys of a Secret or ConfigMap as variables. */
export type EnvFromProps = {
  /** What each variable's name begins with. @default - nothing */
  readonly prefix?: string;
  /** Whether the container starts without it. @default false */
  readonly optional?: boolean;
} & ({ readonly secret: string } | { readonly configMap: string });

const identity = ['metadata.name', 'metadata.namespace', 'metadata.uid'];
const keyed = /^metadata\.(labels|annotations)\['[^']+'\]$/;

const podField = (paths: readonly string[]): Kind =>
  textThat(
    `one of ${paths.join(', ')}, metadata.labels['<name>'], metadata.annotations['<name>']`,
    (value) => paths.includes(value) || keyed.test(value),
  );

/** A field of the pod that a variable may have. */
const fieldOfVariable = podField([
  ...identity,
  ...['spec.nodeName', 'spec.serviceAccountName'],
  ...['status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs'],
]);

/** A field of the pod that a file may hold: what changes with the node is for variables alone. */
export const fieldOfFile = podField([...identity, 'metadata.labels', 'metadata.annotations']);

const resource = textThat('limits or requests, a dot, and cpu, memory or ephemeral-storage', (value) =>
  /^(limits|requests)\.(cpu|memory|ephemeral-storage)$/.test(value),
);
const name = textThat('a name', (value) => value !== '');

const units = [
  '1',
  ...['k', 'M', 'G', 'T', 'P', 'E'].flatMap((unit) => [`1${unit}`, `1${unit.toUpperCase()}i`]),
];
const divisors = { cpu: word('1', '1m'), bytes: word(...units) };

const reference = object<ResourceReference>({ resource, container: name, divisor: text }, ['resource']);

export const resourceKind: Kind = {
  ...reference,
  check: (value, at, report) => {
    reference.check(value, at, report);
    const { resource: asked, divisor } = value as ResourceReference;
    // What a number may be divided by depends on what it is.
    if (typeof divisor === 'string')
      (String(asked).endsWith('.cpu') ? divisors.cpu : divisors.bytes).check(
        divisor,
        `${at}.divisor`,
        report,
      );
  },
};

const value = variant({
  secret: object({ secret: name, key: name, optional: flag }, ['key']),
  configMap: object({ configMap: name, key: name, optional: flag }, ['key']),
  field: object({ field: fieldOfVariable }),
  resource: resourceKind,
});

export const envKind: Kind = textOr(
  value,
  'text, { secret, key }, { configMap, key }, { field } or { resource }',
);

const more = { prefix: text, optional: flag };

export const envFromKind: Kind = variant({
  secret: object({ secret: name, ...more }),
  configMap: object({ configMap: name, ...more }),
});

/** The reference as a pod spec has it. */
export const renderResource = ({ resource, container, divisor }: ResourceReference) =>
  given({ resource, containerName: container, divisor });

function source(from: Exclude<EnvValue, string>): Record<string, unknown> {
  if ('field' in from) return { fieldRef: { fieldPath: from.field } };
  if ('resource' in from) return { resourceFieldRef: renderResource(from) };
  const { key, optional } = from;
  return 'secret' in from
    ? { secretKeyRef: given({ name: from.secret, key, optional }) }
    : { configMapKeyRef: given({ name: from.configMap, key, optional }) };
}

/** A variable as a container has it. */
export const renderVariable = (variable: string, from: EnvValue): Record<string, unknown> =>
  typeof from === 'string' ? { name: variable, value: from } : { name: variable, valueFrom: source(from) };

/** A source of variables as a container has it. */
export function renderEnvFrom(from: EnvFromProps): Record<string, unknown> {
  const { prefix, optional } = from;
  return 'secret' in from
    ? given({ prefix, secretRef: given({ name: from.secret, optional }) })
    : given({ prefix, configMapRef: given({ name: from.configMap, optional }) });
}
