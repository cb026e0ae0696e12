import { isDns1123Subdomain, isQualifiedName } from '../../lib/validation/index.ts';
import {
  type AffinityProps,
  affinityKind,
  ownPods,
  type PodLabels,
  podLabels,
  renderAffinity,
  selector,
} from './affinity.ts';
import { given } from './given.ts';
import { type Kinds, labels, labelValue, listOf, object, seconds, textThat, whole, word } from './kinds.ts';
import { type Time, timeSeconds } from './time.ts';

/** A taint that the pods stand. */
export interface TolerationProps {
  /** Name of the taint. @default - every taint */
  readonly key?: string;
  /** @default - whatever its value is */
  readonly value?: string;
  /** @default - all effects */
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  /** How long pods stay after the taint comes, in whole seconds, with `NoExecute` only. @default - for ever */
  readonly for?: Time;
}

/** How evenly pods are spread. */
export interface TopologySpreadProps {
  /** Nodes with the same value of this label count as one place. */
  readonly topologyKey: string;
  /** How many pods one place may have more than another. @default 1 */
  readonly maxSkew?: number;
  /** What happens to a pod that no place suits. @default 'ScheduleAnyway', so that the spread costs no capacity */
  readonly whenUnsatisfiable?: 'ScheduleAnyway' | 'DoNotSchedule';
  /** Least number of places, with `DoNotSchedule` only. @default 1 */
  readonly minDomains?: number;
  /** Which pods are counted. @default - the pods of this service */
  readonly labels?: PodLabels;
}

/** Where the pods of a service run; each prop turns the feature flag of its name on. */
export interface SchedulingProps {
  /** Labels of the nodes to run on; turns `kubernetes.podspec-nodeselector` on. @default - any node */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** Turns `kubernetes.podspec-affinity` on. @default - `default-affinity-type` of the colour: spread over nodes */
  readonly affinity?: AffinityProps;
  /** Turns `kubernetes.podspec-tolerations` on. @default - none */
  readonly tolerations?: readonly TolerationProps[];
  /** Turns `kubernetes.podspec-topologyspreadconstraints` on. @default - none */
  readonly topologySpread?: readonly TopologySpreadProps[];
  /** Turns `kubernetes.podspec-priorityclassname` on. @default - the cluster's */
  readonly priorityClassName?: string;
  /** Turns `kubernetes.podspec-runtimeclassname` on. @default - `config-deployment` of the colour */
  readonly runtimeClassName?: string;
  /** Turns `kubernetes.podspec-schedulername` on. @default - Kubernetes' own */
  readonly schedulerName?: string;
}

const key = textThat('the name of a label', isQualifiedName);
const host = textThat('lower-case letters, digits, hyphens and dots', isDns1123Subdomain);

export const schedulingKinds: Kinds<SchedulingProps> = {
  nodeSelector: labels,
  affinity: affinityKind,
  tolerations: listOf(
    object<TolerationProps>({
      key,
      value: labelValue,
      effect: word('NoSchedule', 'PreferNoSchedule', 'NoExecute'),
      for: seconds(0),
    }),
  ),
  topologySpread: listOf(
    object<TopologySpreadProps>(
      {
        topologyKey: key,
        maxSkew: whole(1, 2 ** 31 - 1),
        whenUnsatisfiable: word('ScheduleAnyway', 'DoNotSchedule'),
        minDomains: whole(1, 2 ** 31 - 1),
        labels: podLabels,
      },
      ['topologyKey'],
    ),
  ),
  priorityClassName: host,
  runtimeClassName: host,
  schedulerName: textThat('the name of a scheduler', isDns1123Subdomain),
};

const renderToleration = ({ key: taint, value, effect, for: time }: TolerationProps) =>
  given({
    key: taint,
    operator: value === undefined ? 'Exists' : 'Equal',
    value,
    effect,
    tolerationSeconds: time === undefined ? undefined : timeSeconds(time),
  });

const renderSpread = (spread: TopologySpreadProps, service: string) =>
  given({
    maxSkew: spread.maxSkew ?? 1,
    topologyKey: spread.topologyKey,
    whenUnsatisfiable: spread.whenUnsatisfiable ?? 'ScheduleAnyway',
    minDomains: spread.minDomains,
    labelSelector: selector(spread.labels ?? ownPods(service)),
  });

/** The fields of a pod spec. `service`: the name whose pods are meant where none are said. */
export const renderScheduling = (props: SchedulingProps, service: string): Record<string, unknown> =>
  given({
    nodeSelector: props.nodeSelector,
    affinity: renderAffinity(props.affinity, service),
    tolerations: props.tolerations?.map(renderToleration),
    topologySpreadConstraints: props.topologySpread?.map((spread) => renderSpread(spread, service)),
    priorityClassName: props.priorityClassName,
    runtimeClassName: props.runtimeClassName,
    schedulerName: props.schedulerName,
  });
