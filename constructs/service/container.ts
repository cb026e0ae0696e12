import { type ProbeProps, renderProbe } from './probe.ts';

/** A variable's value: text, or a key of a Secret or ConfigMap in the service's namespace. */
export type EnvValue =
  | string
  | { readonly secret: string; readonly key: string; readonly optional?: boolean }
  | { readonly configMap: string; readonly key: string; readonly optional?: boolean };

/** Quantities by resource: `{ cpu: '250m', memory: '64Mi' }`. */
export type Quantities = Readonly<Record<string, string>>;

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
  /** @default true, but for `emptyDir` and a writable claim */
  readonly readOnly?: boolean;
}

/** What one container runs. */
export interface ContainerProps {
  /** Reference of the image: `ghcr.io/team/app:1.0`, best by digest. */
  readonly image: string;
  /** @default - the image's */
  readonly command?: readonly string[];
  /** @default - the image's */
  readonly args?: readonly string[];
  /** Name → value. @default - none */
  readonly env?: Readonly<Record<string, EnvValue>>;
  /** Where it listens; with several containers, on exactly the one that takes the requests. @default 8080 */
  readonly port?: number;
  /** `h2c` for HTTP/2 and gRPC without TLS. @default 'http1' */
  readonly protocol?: 'http1' | 'h2c';
  /** @default - `config-defaults` of the colour */
  readonly resources?: ResourcesProps;
  /** @default - Knative dials the port */
  readonly readinessProbe?: ProbeProps;
  /** @default - none */
  readonly livenessProbe?: ProbeProps;
  /** @default - none */
  readonly startupProbe?: ProbeProps;
  /** Path in the container → volume, by its name or with settings. @default - none */
  readonly mounts?: Readonly<Record<string, string | MountProps>>;
}

function renderVariable(name: string, value: EnvValue): Record<string, unknown> {
  if (typeof value === 'string') return { name, value };
  const optional = value.optional === undefined ? {} : { optional: value.optional };
  return 'secret' in value
    ? { name, valueFrom: { secretKeyRef: { name: value.secret, key: value.key, ...optional } } }
    : { name, valueFrom: { configMapKeyRef: { name: value.configMap, key: value.key, ...optional } } };
}

function renderMount(mountPath: string, mount: string | MountProps): Record<string, unknown> {
  const { volume, subPath, readOnly } = typeof mount === 'string' ? { volume: mount } : mount;
  return {
    name: volume,
    mountPath,
    ...(subPath === undefined ? {} : { subPath }),
    ...(readOnly === undefined ? {} : { readOnly }),
  };
}

/** The container as a pod spec has it; without a name Knative gives it one. */
export function renderContainer(props: ContainerProps, name?: string): Record<string, unknown> {
  const { image, command, args, env, port, protocol, resources, mounts } = props;
  const ports = [{ ...(protocol === undefined ? {} : { name: protocol }), containerPort: port ?? 8080 }];
  const probes = (['readinessProbe', 'livenessProbe', 'startupProbe'] as const).flatMap((kind) => {
    const probe = props[kind];
    return probe === undefined ? [] : [[kind, renderProbe(probe)]];
  });
  return {
    ...(name === undefined ? {} : { name }),
    image,
    ...(command === undefined ? {} : { command: [...command] }),
    ...(args === undefined ? {} : { args: [...args] }),
    ...(port === undefined && protocol === undefined ? {} : { ports }),
    ...(env === undefined
      ? {}
      : { env: Object.entries(env).map(([key, value]) => renderVariable(key, value)) }),
    ...(resources === undefined ? {} : { resources }),
    ...Object.fromEntries(probes),
    ...(mounts === undefined
      ? {}
      : { volumeMounts: Object.entries(mounts).map(([path, mount]) => renderMount(path, mount)) }),
  };
}
