import type { Problem } from '../../lib/messages/error.ts';
import { containerKinds, initContainerKind, namedContainerKind } from './container.ts';
import { endingKinds } from './ending.ts';
import {
  annotations,
  flag,
  isRecord,
  type Kinds,
  labels,
  listOf,
  named,
  number,
  object,
  seconds,
  text,
  textThat,
} from './kinds.ts';
import { podNetworkKinds, serviceNetworkKind } from './networking.ts';
import { queueProxyKind } from './queue-proxy.ts';
import { scalingKind } from './scaling.ts';
import { schedulingKinds } from './scheduling.ts';
import { noToken, podSecurityKind } from './security.ts';
import type { KnativeServiceProps } from './service-props.ts';
import { targetKind } from './traffic-split.ts';
import { volumeKind } from './volume.ts';

const name = textThat('a name', (value) => value !== '');

/** Every prop of a service, with the kind of value that it takes. */
export const serviceKinds: Kinds<KnativeServiceProps> = {
  name: text,
  namespace: text,
  labels,
  annotations,
  revisionName: text,
  revisionLabels: labels,
  revisionAnnotations: annotations,
  containerConcurrency: number,
  ...endingKinds,
  responseStartTimeout: seconds(0),
  idleTimeout: seconds(0),
  progressDeadline: seconds(1),
  keepRevisions: flag,
  scaling: scalingKind,
  traffic: listOf(targetKind),
  rolloutDuration: seconds(0),
  network: serviceNetworkKind,
  queueProxy: queueProxyKind,
  ...schedulingKinds,
  ...podNetworkKinds,
  volumes: named(volumeKind),
  serviceAccountName: text,
  automountServiceAccountToken: noToken,
  imagePullSecrets: listOf(name),
  podSecurityContext: podSecurityKind,
  shareProcessNamespace: flag,
  initContainers: listOf(initContainerKind),
  containers: listOf(namedContainerKind),
  ...containerKinds,
};

const serviceKind = object<KnativeServiceProps>(serviceKinds);

export interface ShapeProblems {
  readonly problems: readonly Problem[];
  /** Whether the props can be rendered all the same: an unknown prop does no harm, a wrong type does. */
  readonly renders: boolean;
}

/** Unknown props, values of a wrong type, and values that are wrong by themselves, at their paths. */
export function shapeProblems(props: KnativeServiceProps): ShapeProblems {
  const problems: Problem[] = [];
  let renders = true;
  serviceKind.check(props, '', (problem, harmless) => {
    problems.push(problem);
    renders &&= harmless;
  });
  if (isRecord(props) && props.containers !== undefined)
    for (const [prop, value] of Object.entries(props))
      if (Object.hasOwn(containerKinds, prop) && value !== undefined) {
        problems.push({ where: prop, value, allowed: 'either containers or one image, not both' });
        renders = false;
      }
  return { problems, renders };
}
