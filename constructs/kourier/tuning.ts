import { App, Chart } from 'cdk8s';
import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import type { Tuning, TuningReason } from '../knative/index.ts';
import { Kourier } from './kourier.ts';
import type { KourierRelease } from './releases/index.ts';

const gateway = (path: string, reason: string): TuningReason => ({ kind: 'Deployment', path, reason });
const container = 'spec.template.spec.containers[kourier-gateway]';
const lateNotice =
  'An NLB notices late that a pod has gone: the gateway takes connections until then, and ends when all are closed.';
const budget =
  'A budget of 80 % keeps both of two pods, and lets none go until there are five: no node could be drained. One at a time may go.';

/** Why the default tuning of Kourier differs from upstream. Envoy's bootstrap is compared as data. */
export const kourierTuningReasons: readonly TuningReason[] = [
  {
    kind: 'HorizontalPodAutoscaler',
    path: 'spec.minReplicas',
    reason: 'One pod alone cannot leave its node without a gap; two can, one after the other.',
  },
  { kind: 'PodDisruptionBudget', path: 'spec.minAvailable', reason: budget },
  { kind: 'PodDisruptionBudget', path: 'spec.maxUnavailable', reason: budget },
  {
    kind: 'ConfigMap',
    path: 'data["envoy-bootstrap.yaml"].overload_manager',
    reason:
      "Idle connections are closed before the accelerator forgets them; Kourier's controller leaves them Envoy's hour.",
  },
  {
    kind: 'ConfigMap',
    path: 'data.idle-pressure',
    reason: "The constant that keeps Envoy's idle time at its least.",
  },
  gateway(
    'spec.strategy.rollingUpdate.maxSurge',
    'All at once, every client would come back at the same time, to gateways that are seconds old. A quarter at a time is one by one up to four, and takes no longer for more of them, so that a rollback drains them soon.',
  ),
  gateway(
    'spec.minReadySeconds',
    'An old pod goes only when the entrance has found the new one healthy, even where no readiness gate says so.',
  ),
  gateway('spec.progressDeadlineSeconds', 'A rolling update has the time that registration takes on top.'),
  gateway(
    'spec.template.metadata.annotations["zeroshift.dev/bootstrap"]',
    'Envoy reads its bootstrap once: another one replaces the pods.',
  ),
  gateway('spec.template.spec.terminationGracePeriodSeconds', lateNotice),
  gateway(
    'spec.template.spec.topologySpreadConstraints',
    'A node or a zone that fails takes one of two gateways, not both. A wish, so that a single zone still works.',
  ),
  gateway(`${container}.env[DRAIN_TIME_SECONDS].value`, lateNotice),
  gateway(`${container}.env[NOTICE_SECONDS]`, lateNotice),
  gateway(
    `${container}.image`,
    'A tag that moves is another Envoy after a restart; a patch version stays what was tried.',
  ),
  ...[0, 2].map((index) =>
    gateway(
      `${container}.lifecycle.preStop.exec.command[${index}]`,
      "Upstream's hook calls curl, which Envoy's image does not hold, and so drains nothing. This one needs bash alone.",
    ),
  ),
];

/** Every object of a release as the constructs make it, in the order of application. */
export function composeKourier(release: KourierRelease, tuning: Tuning): KubeObject[] {
  const chart = new Chart(new App(), 'all');
  new Kourier(chart, 'kourier', { release, tuning });
  return chart.toJson() as KubeObject[];
}
