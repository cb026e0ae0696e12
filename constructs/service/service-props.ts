import type { ContainerProps, InitContainerProps, NamedContainerProps } from './container.ts';
import type { EndingProps } from './ending.ts';
import type { PodNetworkProps, ServiceNetworkProps } from './networking.ts';
import type { QueueProxyProps } from './queue-proxy.ts';
import type { ScalingProps } from './scaling.ts';
import type { SchedulingProps } from './scheduling.ts';
import type { PodSecurityProps } from './security.ts';
import type { Time } from './time.ts';
import type { TrafficSplit } from './traffic-split.ts';
import type { VolumeProps } from './volume.ts';

type Texts = Readonly<Record<string, string>>;

/** What all containers of a pod share. */
export interface PodProps extends SchedulingProps, PodNetworkProps {
  /** Containers that run one after the other before the service's; turns their flag on. @default - none */
  readonly initContainers?: readonly InitContainerProps[];
  /** Name → what it holds; each must be mounted by a container. @default - none */
  readonly volumes?: Readonly<Record<string, VolumeProps>>;
  /** @default 'default' */
  readonly serviceAccountName?: string;
  /** `false`: no token of the service account in the pod. @default - as the service account says */
  readonly automountServiceAccountToken?: false;
  /** Names of Secrets to pull the images with. @default - the service account's */
  readonly imagePullSecrets?: readonly string[];
  /** For all containers; turns `kubernetes.podspec-securitycontext` on. @default - none */
  readonly podSecurityContext?: PodSecurityProps;
  /** Containers see each other's processes; turns `kubernetes.podspec-shareprocessnamespace` on. @default false */
  readonly shareProcessNamespace?: boolean;
}

/** What holds for a service, however many containers it has. */
export interface CommonServiceProps extends PodProps, EndingProps {
  /** Lower-case letters, digits and hyphens, a letter first, at most 63 characters. */
  readonly name: string;
  /** @default 'default' */
  readonly namespace?: string;
  /** Labels of the service. @default - none */
  readonly labels?: Texts;
  /** Annotations of the service; those of the autoscaler are `scaling`'s. @default - none */
  readonly annotations?: Texts;
  /** Name of the revision that this makes, beginning with `<name>-`: change it with every change. @default - generated */
  readonly revisionName?: string;
  /** Labels of the revision and its pods. @default - none */
  readonly revisionLabels?: Texts;
  /** Annotations of the revision and its pods. @default - none */
  readonly revisionAnnotations?: Texts;
  /** Requests that a pod takes at once, 0–1000; 0 is no limit. @default 0 */
  readonly containerConcurrency?: number;
  /** How long the first byte of an answer may take, in whole seconds, less than `timeout`. @default - as `timeout` */
  readonly responseStartTimeout?: Time;
  /** How long an answer may stand still, in whole seconds, less than `timeout`. @default - as `timeout` */
  readonly idleTimeout?: Time;
  /** How long a new revision may take to become ready, in whole seconds. @default - the colour's: 600s */
  readonly progressDeadline?: Time;
  /** Whether revisions are kept for ever, whatever `config-gc` says. @default false */
  readonly keepRevisions?: boolean;
  /** @default - the colour's `config-autoscaler` */
  readonly scaling?: ScalingProps;
  /** @default - everything to the latest ready revision */
  readonly traffic?: TrafficSplit;
  /** Time over which traffic moves to a new latest revision, in whole seconds. @default - the colour's: at once */
  readonly rolloutDuration?: Time;
  /** How requests come to it. @default - as the colour has it: from everywhere */
  readonly network?: ServiceNetworkProps;
  /** @default - the colour's `config-deployment` */
  readonly queueProxy?: QueueProxyProps;
}

/** A service with several containers. */
export interface ManyContainersProps extends CommonServiceProps, NoContainerProps {
  /** What the pods run: exactly one has the port that takes the requests. */
  readonly containers: readonly NamedContainerProps[];
}

/** Each container says these by itself. */
type NoContainerProps = { readonly [P in keyof ContainerProps]?: never };

/** A service with one container, which most are. */
export interface OneContainerProps extends CommonServiceProps, ContainerProps {
  readonly containers?: never;
}

/**
 * A Knative Service as an application developer writes it: plain data, so that it can stand in a fleet. It has an
 * `image`, or `containers`.
 */
export type KnativeServiceProps = ManyContainersProps | OneContainerProps;
