import type { ContainerProps } from './container.ts';
import type { ScalingProps } from './scaling.ts';
import type { Time } from './time.ts';
import type { TrafficTargetProps } from './traffic-split.ts';
import type { VolumeProps } from './volume.ts';

interface CommonServiceProps {
  /** Lower-case letters, digits and hyphens, a letter first, at most 63 characters. */
  readonly name: string;
  /** @default 'default' */
  readonly namespace?: string;
  /** Labels of the service. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
  /** Annotations of the service; those of the autoscaler are `scaling`'s. @default - none */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Name of the revision that this makes, beginning with `<name>-`: change it with every change. @default - generated */
  readonly revisionName?: string;
  /** Requests that a pod takes at once, 0–1000; 0 is no limit. @default 0 */
  readonly containerConcurrency?: number;
  /** How long a request may take, in whole seconds, at most the colour's maximum (600s). @default 300s */
  readonly timeout?: Time;
  /** @default - the colour's `config-autoscaler` */
  readonly scaling?: ScalingProps;
  /** @default - everything to the latest ready revision */
  readonly traffic?: readonly TrafficTargetProps[];
  /** Labels of the nodes to run on; turns `kubernetes.podspec-nodeselector` on. @default - any node */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** @default 'default' */
  readonly serviceAccountName?: string;
  /** Name → what it holds; each must be mounted by a container. @default - none */
  readonly volumes?: Readonly<Record<string, VolumeProps>>;
}

/** One of several containers. */
export interface NamedContainerProps extends ContainerProps {
  readonly name: string;
}

/** A Knative Service as an application developer writes it: plain data, so that it can stand in a fleet. */
export type KnativeServiceProps = CommonServiceProps &
  (
    | (ContainerProps & { readonly containers?: never })
    | ({ readonly containers: readonly NamedContainerProps[] } & {
        readonly [P in keyof ContainerProps]?: never;
      })
  );
