import { given } from './given.ts';
import { flag, listOf, object, only, textOr, textThat, whole, word } from './kinds.ts';

/** Which system calls are let through: the runtime's own choice, all, or a profile on the node. */
export type SeccompProfile = 'RuntimeDefault' | 'Unconfined' | { readonly localhost: string };

/** What the processes of a container may do. */
export interface ContainerSecurityProps {
  /** @default - the image's user */
  readonly runAsUser?: number;
  /** @default - the image's group */
  readonly runAsGroup?: number;
  /** Refuses to start as root. @default - the pod's */
  readonly runAsNonRoot?: boolean;
  /** @default false */
  readonly readOnlyRootFilesystem?: boolean;
  /** @default true, unless `secure-pod-defaults` is on */
  readonly allowPrivilegeEscalation?: boolean;
  readonly capabilities?: {
    /** Turns `kubernetes.containerspec-addcapabilities` on. @default - none */
    readonly add?: readonly string[];
    /** `ALL`, or single ones. @default - none, unless `secure-pod-defaults` is on */
    readonly drop?: readonly string[];
  };
  /** @default - the pod's */
  readonly seccompProfile?: SeccompProfile;
}

/** The same for all containers of the pod; turns `kubernetes.podspec-securitycontext` on. */
export interface PodSecurityProps {
  /** @default - the images' users */
  readonly runAsUser?: number;
  /** @default - the images' groups */
  readonly runAsGroup?: number;
  /** Refuses to start as root. @default false */
  readonly runAsNonRoot?: boolean;
  /** Group that owns the volumes. @default - none */
  readonly fsGroup?: number;
  /** @default - none */
  readonly supplementalGroups?: readonly number[];
  /** @default - the node's */
  readonly seccompProfile?: SeccompProfile;
}

const id = whole(0, 2 ** 31 - 1);
const relative = textThat('a path below the profiles of the kubelet', (value) => /^[^/]/.test(value));
const known = word('RuntimeDefault', 'Unconfined');
const seccomp = textOr(object({ localhost: relative }, ['localhost']), `${known.allowed}, or { localhost }`);

const profile = {
  allowed: seccomp.allowed,
  check: (value: unknown, at: string, report: Parameters<typeof seccomp.check>[2]) =>
    (typeof value === 'string' ? known : seccomp).check(value, at, report),
};

const capability = textThat('a capability in capitals, such as NET_BIND_SERVICE, or ALL', (value) =>
  /^[A-Z][A-Z_]*$/.test(value),
);

export const containerSecurityKind = object<ContainerSecurityProps>({
  runAsUser: id,
  runAsGroup: id,
  runAsNonRoot: flag,
  readOnlyRootFilesystem: flag,
  allowPrivilegeEscalation: flag,
  capabilities: object({ add: listOf(capability), drop: listOf(capability) }),
  seccompProfile: profile,
});

export const podSecurityKind = object<PodSecurityProps>({
  runAsUser: id,
  runAsGroup: id,
  runAsNonRoot: flag,
  fsGroup: id,
  supplementalGroups: listOf(id),
  seccompProfile: profile,
});

/** Knative takes the token's absence only. */
export const noToken = only(
  false,
  'false, or nothing: Knative leaves it to the service account whether there is a token',
);

const renderProfile = (chosen: SeccompProfile | undefined) => {
  if (chosen === undefined) return undefined;
  return typeof chosen === 'string'
    ? { type: chosen }
    : { type: 'Localhost', localhostProfile: chosen.localhost };
};

/** The security context of a container or a pod. */
export const renderSecurity = (
  security: ContainerSecurityProps | PodSecurityProps | undefined,
): Record<string, unknown> | undefined =>
  security === undefined
    ? undefined
    : given({ ...security, seccompProfile: renderProfile(security.seccompProfile) });
