/** The parts of a decoded object that have rules. Whatever is missing was not said, or said nothing. */

type Texts = Readonly<Record<string, string>>;

export interface ObjectMeta {
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly annotations?: Texts;
  readonly labels?: Texts;
  readonly ownerReferences?: readonly { readonly kind?: string; readonly name?: string }[];
}

export interface SeccompProfile {
  readonly type?: string;
  readonly localhostProfile?: string;
}

export interface SecurityContext {
  readonly allowPrivilegeEscalation?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly privileged?: boolean;
  readonly runAsGroup?: number;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly seccompProfile?: SeccompProfile;
}

export interface PodSecurityContext {
  readonly fsGroup?: number;
  readonly runAsGroup?: number;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly seccompProfile?: SeccompProfile;
  readonly supplementalGroups?: readonly number[];
}

export interface Probe {
  readonly exec?: object;
  readonly grpc?: { readonly service?: string };
  readonly httpGet?: { readonly port?: number | string };
  readonly tcpSocket?: { readonly port?: number | string };
  readonly failureThreshold?: number;
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly successThreshold?: number;
  readonly timeoutSeconds?: number;
}

export interface ContainerPort {
  readonly containerPort?: number;
  readonly name?: string;
  readonly protocol?: string;
}

export interface VolumeMount {
  readonly mountPath?: string;
  readonly mountPropagation?: string;
  readonly name?: string;
  readonly readOnly?: boolean;
}

export interface EnvVar {
  readonly name?: string;
  readonly valueFrom?: object;
}

export interface EnvFrom {
  readonly configMapRef?: object;
  readonly secretRef?: object;
}

export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly EnvFrom[];
  readonly lifecycle?: object;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly ports?: readonly ContainerPort[];
  readonly resources?: object;
  readonly securityContext?: SecurityContext;
  readonly terminationMessagePolicy?: string;
  readonly volumeMounts?: readonly VolumeMount[];
}

export interface KeyToPath {
  readonly key?: string;
  readonly path?: string;
}

export interface Projection {
  readonly configMap?: { readonly name?: string; readonly items?: readonly KeyToPath[] };
  readonly secret?: { readonly name?: string; readonly items?: readonly KeyToPath[] };
  readonly downwardAPI?: {
    readonly items?: readonly {
      readonly path?: string;
      readonly fieldRef?: object;
      readonly resourceFieldRef?: object;
    }[];
  };
  readonly serviceAccountToken?: { readonly path?: string };
}

export interface Volume {
  readonly name?: string;
  readonly configMap?: { readonly items?: readonly KeyToPath[] };
  readonly csi?: object;
  readonly emptyDir?: { readonly medium?: string; readonly sizeLimit?: number | string };
  readonly ephemeral?: object;
  readonly hostPath?: object;
  readonly image?: { readonly reference?: string; readonly pullPolicy?: string };
  readonly persistentVolumeClaim?: { readonly claimName?: string; readonly readOnly?: boolean };
  readonly projected?: { readonly sources?: readonly Projection[] };
  readonly secret?: { readonly items?: readonly KeyToPath[] };
}

export interface RevisionSpec {
  readonly automountServiceAccountToken?: boolean;
  readonly containerConcurrency?: number;
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly securityContext?: PodSecurityContext;
  readonly serviceAccountName?: string;
  readonly timeoutSeconds?: number;
  readonly volumes?: readonly Volume[];
}

export interface RevisionTemplate {
  readonly metadata?: ObjectMeta;
  readonly spec?: RevisionSpec;
}

export interface TrafficTarget {
  readonly configurationName?: string;
  readonly latestRevision?: boolean;
  readonly percent?: number;
  readonly revisionName?: string;
  readonly tag?: string;
  readonly url?: string;
}

export interface KReference {
  readonly apiVersion?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}
