import { childName } from './child-names.ts';
import { objectMetaValues } from './container-name.ts';
import { renderTemplate } from './go-template/index.ts';
import type {
  Container,
  ObjectMeta,
  Probe,
  RevisionSpec,
  TrafficTarget,
  Volume,
  VolumeMount,
} from './objects.ts';
import type { ValidationContext } from './serving-config.ts';

/** Names for the containers that have none, from the cluster's template, avoiding the names that are given. */
function withNames(
  containers: readonly Container[],
  given: ReadonlySet<string>,
  template: string,
  parent: ObjectMeta,
): Container[] {
  if (containers.every(({ name }) => name !== undefined)) return [...containers];
  const wanted = renderTemplate(template, objectMetaValues(parent)) ?? '';
  let suffix = 0;
  return containers.map((container) => {
    if (container.name !== undefined) return container;
    let name = wanted;
    if (containers.length > 1 || given.has(name))
      do name = childName(wanted, `-${suffix++}`);
      while (given.has(name));
    return name === '' ? container : { ...container, name };
  });
}

function withGrpcService<P extends Probe | undefined>(probe: P): P {
  return probe?.grpc === undefined ? probe : { ...probe, grpc: { service: '', ...probe.grpc } };
}

/** The readiness probe as the webhook completes it; the container that serves always has one. */
function readiness(container: Container, serves: boolean): Probe | undefined {
  let probe = container.readinessProbe;
  if (serves) {
    const { httpGet, tcpSocket, exec, grpc } = probe ?? {};
    if (httpGet === undefined && tcpSocket === undefined && exec === undefined && grpc === undefined)
      probe = { ...probe, tcpSocket: {} };
  }
  if (probe === undefined) return undefined;
  const completed = { ...probe, successThreshold: probe.successThreshold ?? 1 };
  if (probe.periodSeconds === undefined) return completed;
  return {
    ...completed,
    failureThreshold: probe.failureThreshold ?? 3,
    timeoutSeconds: probe.timeoutSeconds ?? 1,
  };
}

function withDefaults(
  container: Container,
  serves: boolean,
  writable: ReadonlySet<string | undefined>,
): Container {
  const ready = withGrpcService(readiness(container, serves));
  const live = withGrpcService(container.livenessProbe);
  const start = withGrpcService(container.startupProbe);
  const mounts = container.volumeMounts?.map(
    (mount): VolumeMount => (writable.has(mount.name) ? mount : { ...mount, readOnly: true }),
  );
  return {
    ...container,
    ...(ready === undefined ? {} : { readinessProbe: ready }),
    ...(live === undefined ? {} : { livenessProbe: live }),
    ...(start === undefined ? {} : { startupProbe: start }),
    ...(mounts === undefined ? {} : { volumeMounts: mounts }),
  };
}

const isWritable = ({ emptyDir, persistentVolumeClaim, ephemeral }: Volume): boolean =>
  emptyDir !== undefined || persistentVolumeClaim !== undefined || ephemeral !== undefined;

/** The spec of a revision as the webhook completes it before it judges it. */
export function defaultRevisionSpec(
  spec: RevisionSpec,
  parent: ObjectMeta,
  context: ValidationContext,
): RevisionSpec {
  const { containers = [], initContainers = [], volumes = [] } = spec;
  const names = new Set([...containers, ...initContainers].map(({ name = '' }) => name));
  const writable = new Set(volumes.filter(isWritable).map(({ name }) => name));
  const named = withNames(containers, names, context.containerName, parent);
  return {
    ...spec,
    // 0 is no time-out of one's own.
    timeoutSeconds: spec.timeoutSeconds || context.timeoutSeconds,
    containerConcurrency: spec.containerConcurrency ?? context.containerConcurrency,
    containers: named.map((container) =>
      withDefaults(container, named.length === 1 || (container.ports ?? []).length > 0, writable),
    ),
    ...(spec.initContainers === undefined
      ? {}
      : { initContainers: withNames(initContainers, names, context.initContainerName, parent) }),
  };
}

/** Traffic as the webhook completes it. `ofService`: without any, all of it goes to the latest revision. */
export function defaultTraffic(traffic: readonly TrafficTarget[], ofService: boolean): TrafficTarget[] {
  const targets = traffic.length === 0 && ofService ? [{ percent: 100, latestRevision: true }] : traffic;
  return targets.map((target: TrafficTarget) => ({
    ...target,
    latestRevision: target.latestRevision ?? target.revisionName === undefined,
    percent: target.percent ?? 0,
  }));
}
