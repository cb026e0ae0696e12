import type { KubeObject } from '../../../clusters/cluster-port.ts';
import {
  annotations,
  autoscalingGroup,
  isBeingDeleted,
  isControlledBy,
  keyOf,
  ownerKey,
  resources,
  sameJson,
  splitKey,
} from '../objects/index.ts';
import { type Conditions, conditionOf } from './conditions.ts';
import type { ControllerContext } from './context.ts';
import { resolveDigest } from './image-digest.ts';
import type { Controller } from './manager.ts';
import { reconcileStatus, type Status } from './reconcile-status.ts';
import { deploymentHash, deploymentName, makeDeployment, makePodAutoscaler } from './revision-children.ts';
import { deploymentInitialScale } from './scale-settings.ts';

const set = { dependents: ['ResourcesAvailable', 'ContainerHealthy'] };
const deploying = 'Deploying';

/** A Revision: its images' digests, its Deployment and its PodAutoscaler, and what they say about it. */
export function revisionController(context: ControllerContext): Controller {
  const { store } = context;
  return {
    name: 'revision',
    watches: [
      { resource: resources.revisions, keys: (object) => [keyOf(object)] },
      { resource: resources.deployments, keys: ownerKey('Revision') },
      { resource: resources.podAutoscalers, keys: ownerKey('Revision') },
    ],
    reconcile(key) {
      const { namespace, name } = splitKey(key);
      const revision = store.get(resources.revisions, namespace, name);
      if (revision === undefined || isBeingDeleted(revision)) return undefined;
      const props = { store, resource: resources.revisions, object: revision, set, now: context.now() };
      return reconcileStatus(props, (status, conditions) => {
        if (status.containerStatuses === undefined) {
          status.containerStatuses = imageStatuses(revision.spec.containers);
          if (revision.spec.initContainers !== undefined)
            status.initContainerStatuses = imageStatuses(revision.spec.initContainers);
        }
        reconcileDeployment(context, { ...revision, status }, conditions);
        reconcilePodAutoscaler(context, { ...revision, status }, status, conditions);
        return undefined;
      });
    },
  };
}

/** What the images of containers were resolved to. */
const imageStatuses = (containers: readonly { readonly name: string; readonly image: string }[]) =>
  containers.map(({ name, image }) => {
    const imageDigest = resolveDigest(image);
    return { name, ...(imageDigest === undefined ? {} : { imageDigest }) };
  });

function reconcileDeployment(context: ControllerContext, revision: KubeObject, conditions: Conditions): void {
  const { store } = context;
  const { namespace } = revision.metadata;
  const config = context.config();
  const existing = store.get(resources.deployments, namespace, deploymentName(revision));
  const desired = makeDeployment(revision, config, deploymentInitialScale(revision, config));
  if (existing === undefined) {
    conditions.markUnknown('ResourcesAvailable', deploying);
    conditions.markUnknown('ContainerHealthy', deploying);
    store.create(resources.deployments, desired);
    return;
  }
  if (!isControlledBy(existing, revision)) {
    const message = `There is an existing Deployment ${JSON.stringify(existing.metadata.name)} that we do not own.`;
    conditions.markFalse('ResourcesAvailable', 'NotOwned', message);
    throw new Error(message);
  }
  const deployment =
    existing.metadata.labels?.[deploymentHash] === desired.metadata.labels?.[deploymentHash]
      ? existing
      : updateDeployment(context, existing, desired);
  const progressing = conditionOf(deployment, 'Progressing');
  const failure = conditionOf(deployment, 'ReplicaFailure');
  if (failure?.status === 'True') conditions.propagate('ResourcesAvailable', { ...failure, status: 'False' });
  else if (progressing === undefined) conditions.markUnknown('ResourcesAvailable', deploying);
  else conditions.propagate('ResourcesAvailable', progressing);
  if ((deployment.status?.readyReplicas ?? 0) > 0) conditions.markTrue('ContainerHealthy');
}

/** Keeps the scale and what others put on the template, such as a restart. */
function updateDeployment(context: ControllerContext, existing: KubeObject, desired: KubeObject): KubeObject {
  const others = Object.fromEntries(
    Object.entries(existing.spec.template.metadata.annotations ?? {}).filter(
      ([key]) => !key.includes('knative.dev/'),
    ),
  );
  const { template } = desired.spec;
  return context.store.update(resources.deployments, {
    ...existing,
    metadata: { ...existing.metadata, labels: desired.metadata.labels ?? {} },
    spec: {
      ...desired.spec,
      replicas: existing.spec.replicas,
      selector: existing.spec.selector,
      template: {
        ...template,
        metadata: { ...template.metadata, annotations: { ...others, ...template.metadata.annotations } },
      },
    },
  });
}

function reconcilePodAutoscaler(
  context: ControllerContext,
  revision: KubeObject,
  status: Status,
  conditions: Conditions,
): void {
  const { store } = context;
  const { namespace, name } = revision.metadata;
  const deployment = store.get(resources.deployments, namespace, deploymentName(revision));
  const withConditions = { ...revision, status: { ...status, conditions: conditions.list() } };
  const desired = makePodAutoscaler(withConditions, deployment);
  const existing = store.get(resources.podAutoscalers, namespace, name);
  if (existing !== undefined && !isControlledBy(existing, revision)) {
    const message = `There is an existing PodAutoscaler ${JSON.stringify(name)} that we do not own.`;
    conditions.markFalse('ResourcesAvailable', 'NotOwned', message);
    throw new Error(message);
  }
  const autoscaler = existing ?? store.create(resources.podAutoscalers, desired);
  propagateAutoscaler(autoscaler, status, conditions);
  const annotated = syncedAnnotations(autoscaler, desired);
  if (sameJson(autoscaler.spec, desired.spec) && sameJson(autoscaler.metadata.annotations, annotated)) return;
  store.update(resources.podAutoscalers, {
    ...autoscaler,
    metadata: { ...autoscaler.metadata, annotations: annotated },
    spec: desired.spec,
  });
}

/** Autoscaling annotations come from the revision alone: one that was taken away there goes here, too. */
function syncedAnnotations(autoscaler: KubeObject, desired: KubeObject): Record<string, string> {
  const others = Object.entries(autoscaler.metadata.annotations ?? {}).filter(
    ([key]) =>
      !key.startsWith(autoscalingGroup) || key === annotations.autoscalerClass || key === annotations.metric,
  );
  return { ...Object.fromEntries(others), ...desired.metadata.annotations };
}

function propagateAutoscaler(autoscaler: KubeObject, status: Status, conditions: Conditions): void {
  const unavailable = (): boolean =>
    conditions.is('ResourcesAvailable', 'False') || conditions.is('ContainerHealthy', 'False');
  const wasUnavailable = unavailable();
  const { actualScale, desiredScale, serviceName = '' } = autoscaler.status ?? {};
  status.actualReplicas = actualScale >= 0 ? actualScale : undefined;
  status.desiredReplicas = desiredScale >= 0 ? desiredScale : undefined;
  const ready = conditionOf(autoscaler, 'Ready');
  const initialized = conditionOf(autoscaler, 'ScaleTargetInitialized')?.status === 'True';
  if (ready === undefined) {
    conditions.markUnknown('Active', deploying);
    if (!wasUnavailable) conditions.markUnknown('ResourcesAvailable', deploying);
    return;
  }
  if (initialized && !wasUnavailable) {
    conditions.markTrue('ResourcesAvailable');
    conditions.markTrue('ContainerHealthy');
  }
  if (conditions.is('ResourcesAvailable', 'True') && (serviceName === '' || !initialized))
    conditions.markUnknown('ResourcesAvailable', deploying);
  if (ready.status === 'False' && !initialized && !wasUnavailable && serviceName !== '')
    conditions.markFalse(
      'ResourcesAvailable',
      'ProgressDeadlineExceeded',
      'Initial scale was never achieved',
    );
  conditions.propagate('Active', ready);
}
