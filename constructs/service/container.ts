import {
  type EnvFromProps,
  type EnvValue,
  envFromKind,
  envKind,
  renderEnvFrom,
  renderVariable,
} from './environment.ts';
import { given } from './given.ts';
import {
  flag,
  type Kinds,
  lines,
  listOf,
  named,
  number,
  object,
  path,
  text,
  textOr,
  textThat,
  word,
} from './kinds.ts';
import { type ProbeProps, probeKind, renderProbe } from './probe.ts';
import { type ContainerSecurityProps, containerSecurityKind, renderSecurity } from './security.ts';

/** Quantities by resource: `{ cpu: '250m', memory: '64Mi' }`; also huge pages, and what a device plugin offers. */
export type Quantities = {
  readonly cpu?: string;
  readonly memory?: string;
  readonly 'ephemeral-storage'?: string;
} & Readonly<Record<`hugepages-${string}` | `${string}/${string}`, string>>;

export interface ResourcesProps {
  /** What a pod is scheduled by. @default - `config-defaults` of the colour */
  readonly requests?: Quantities;
  /** What it may use at most. @default - `config-defaults` of the colour */
  readonly limits?: Quantities;
}

export interface MountProps {
  /** Name of the volume. */
  readonly volume: string;
  /** @default - the whole volume */
  readonly subPath?: string;
  /** @default true, but for `emptyDir`, `ephemeral` and a writable claim */
  readonly readOnly?: boolean;
}

/** What a container that runs before the others has too. */
export interface BaseContainerProps {
  /** Reference of the image: `ghcr.io/team/app:1.0`, best by digest. */
  readonly image: string;
  /** @default - `Always` for the tag `latest`, else `IfNotPresent` */
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  /** @default - the image's */
  readonly command?: readonly string[];
  /** @default - the image's */
  readonly args?: readonly string[];
  /** @default - the image's */
  readonly workingDir?: string;
  /** Name → value. @default - none */
  readonly env?: Readonly<Record<string, EnvValue>>;
  /** Secrets and ConfigMaps whose keys are variables too; `env` wins. @default - none */
  readonly envFrom?: readonly EnvFromProps[];
  /** @default - `config-defaults` of the colour */
  readonly resources?: ResourcesProps;
  /** Path in the container → volume, by its name or with settings. @default - none */
  readonly mounts?: Readonly<Record<string, string | MountProps>>;
  /** @default - what the image and the pod say */
  readonly securityContext?: ContainerSecurityProps;
  /** File whose content is the reason for an end. @default '/dev/termination-log' */
  readonly terminationMessagePath?: string;
  /** Whether an end without a reason is explained by the log's last lines. @default 'FallbackToLogsOnError' */
  readonly terminationMessagePolicy?: 'File' | 'FallbackToLogsOnError';
}

/** What one container runs. */
export interface ContainerProps extends BaseContainerProps {
  /** Where it listens; with several containers, on exactly the one that takes the requests. @default 8080 */
  readonly port?: number;
  /** `h2c` for HTTP/2 and gRPC without TLS. @default 'http1' */
  readonly protocol?: 'http1' | 'h2c';
  /** @default - Knative dials the port */
  readonly readinessProbe?: ProbeProps;
  /** @default - none */
  readonly livenessProbe?: ProbeProps;
  /** @default - none */
  readonly startupProbe?: ProbeProps;
}

/** One of several containers; those beside the one with the port may be probed by `multi-container-probing`. */
export interface NamedContainerProps extends ContainerProps {
  readonly name: string;
}

/** A container that runs to its end before the others start; turns `kubernetes.podspec-init-containers` on. */
export interface InitContainerProps extends BaseContainerProps {
  readonly name: string;
}

const variable = textThat('the name of a variable', (name) => /^[^=\0]+$/.test(name));
const mount = object<MountProps>(
  {
    volume: text,
    subPath: textThat('a path below the volume, without ".."', (part) => !/^\/|(^|\/)\.\.(\/|$)/.test(part)),
    readOnly: flag,
  },
  ['volume'],
);

export const baseContainerKinds: Kinds<BaseContainerProps> = {
  image: text,
  imagePullPolicy: word('Always', 'IfNotPresent', 'Never'),
  command: lines(),
  args: lines(),
  workingDir: path,
  env: named(envKind, variable),
  envFrom: listOf(envFromKind),
  resources: object<ResourcesProps>({ requests: named(text), limits: named(text) }),
  mounts: named(textOr(mount, 'the name of a volume, or { volume, subPath, readOnly }')),
  securityContext: containerSecurityKind,
  terminationMessagePath: path,
  terminationMessagePolicy: word('File', 'FallbackToLogsOnError'),
};

export const containerKinds: Kinds<ContainerProps> = {
  ...baseContainerKinds,
  port: number,
  protocol: word('http1', 'h2c'),
  readinessProbe: probeKind(true),
  livenessProbe: probeKind(false),
  startupProbe: probeKind(false),
};

export const namedContainerKind = object<NamedContainerProps>({ name: text, ...containerKinds }, [
  'name',
  'image',
]);
export const initContainerKind = object<InitContainerProps>({ name: text, ...baseContainerKinds }, [
  'name',
  'image',
]);

/** `guarded`: the volumes that must be mounted read-only. */
const renderMount = (mountPath: string, mounted: string | MountProps, guarded: ReadonlySet<string>) => {
  const { volume, subPath, readOnly }: MountProps =
    typeof mounted === 'string' ? { volume: mounted } : mounted;
  return given({
    name: volume,
    mountPath,
    subPath,
    readOnly: readOnly ?? (guarded.has(volume) ? true : undefined),
  });
};

const entries = <T, R>(
  record: Readonly<Record<string, T>> | undefined,
  render: (name: string, value: T) => R,
): R[] | undefined =>
  record === undefined ? undefined : Object.entries(record).map(([name, value]) => render(name, value));

/** A list as it is; a copy, because the props may be frozen. */
const copy = (list: readonly string[] | undefined) => (list === undefined ? undefined : [...list]);

const renderPort = ({ port, protocol }: ContainerProps) =>
  port === undefined && protocol === undefined
    ? undefined
    : [given({ name: protocol, containerPort: port ?? 8080 })];

export interface RenderContainerOptions {
  /** @default - Knative gives it one: it is the only container, and has the port whether it says so or not */
  readonly name?: string;
  /** Names of the volumes that Knative wants mounted read-only by word. */
  readonly guarded: ReadonlySet<string>;
}

/** The container as a pod spec has it. */
export function renderContainer(
  props: ContainerProps,
  { name, guarded }: RenderContainerOptions,
): Record<string, unknown> {
  const own = props.port ?? (props.protocol !== undefined || name === undefined ? 8080 : undefined);
  const probe = (kind: 'readinessProbe' | 'livenessProbe' | 'startupProbe') => {
    const asked = props[kind];
    return asked === undefined ? undefined : renderProbe(asked, own, kind === 'startupProbe');
  };
  return given({
    name,
    image: props.image,
    imagePullPolicy: props.imagePullPolicy,
    command: copy(props.command),
    args: copy(props.args),
    workingDir: props.workingDir,
    ports: renderPort(props),
    env: entries(props.env, renderVariable),
    envFrom: props.envFrom?.map(renderEnvFrom),
    resources: props.resources,
    securityContext: renderSecurity(props.securityContext),
    readinessProbe: probe('readinessProbe'),
    livenessProbe: probe('livenessProbe'),
    startupProbe: probe('startupProbe'),
    volumeMounts: entries(props.mounts, (path, mounted) => renderMount(path, mounted, guarded)),
    terminationMessagePath: props.terminationMessagePath,
    terminationMessagePolicy: props.terminationMessagePolicy,
  });
}
