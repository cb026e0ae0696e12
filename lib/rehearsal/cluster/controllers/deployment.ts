import type { KubeObject } from '../../../clusters/cluster-port.ts';
import {
  controllerOf,
  hashOf,
  isBeingDeleted,
  isControlledBy,
  keyOf,
  labels,
  ownerKey,
  resources,
  splitKey,
} from '../objects/index.ts';
import { conditionOf } from './conditions.ts';
import type { ControllerContext } from './context.ts';
import { deploymentStatus, settledStatus } from './deployment-status.ts';
import type { Controller } from './manager.ts';
import { randomSuffix } from './names.ts';
import { podFinalizer } from './pod.ts';
import { type PodView, rolloutStep } from './rolling-update.ts';

export const gatewayNamespace = 'kourier-system';
export const gatewayName = '3scale-kourier-gateway';

/**
 * What a pod of this Deployment runs: a revision's container, a gateway, the sample app as a worker (told by its variable
 * `TARGET`), or nothing that a rehearsal has.
 */
export const runs = (object: KubeObject): 'revision' | 'gateway' | 'worker' | 'nothing' => {
  const { namespace, name, labels: own } = object.metadata;
  if (own?.[labels.revisionUid] !== undefined) return 'revision';
  const isGateway = namespace === gatewayNamespace && (name === gatewayName || own?.app === gatewayName);
  if (isGateway) return 'gateway';
  const { containers = [] } = object.spec?.template?.spec ?? object.spec ?? {};
  const isSample = (containers as { env?: { name: string }[] }[]).some(({ env = [] }) =>
    env.some(({ name: variable }) => variable === 'TARGET'),
  );
  return isSample ? 'worker' : 'nothing';
};

/**
 * Deployments, as Kubernetes' own controller has them, without ReplicaSets between them and their pods. One whose
 * image means nothing to a rehearsal is available at once and has no pods.
 */
export function deploymentController(context: ControllerContext, random: () => number): Controller {
  const { store } = context;
  return {
    name: 'deployment',
    watches: [
      { resource: resources.deployments, keys: (object) => [keyOf(object)] },
      { resource: resources.pods, keys: ownerKey('Deployment') },
    ],
    reconcile(key) {
      const { namespace, name } = splitKey(key);
      const deployment = store.get(resources.deployments, namespace, name);
      if (deployment === undefined || isBeingDeleted(deployment)) return undefined;
      if (runs(deployment) === 'nothing') {
        store.updateStatus(resources.deployments, {
          ...deployment,
          status: settledStatus(deployment, context.now()),
        });
        return undefined;
      }
      const hash = hashOf(deployment.spec.template);
      const step = rolloutStep(rolloutSpec(deployment), podViews(context, deployment, hash));
      for (const pod of step.remove) store.delete(resources.pods, namespace, pod);
      for (let count = 0; count < step.create; count++)
        store.create(resources.pods, makePod(deployment, hash, random));
      const { status, again } = deploymentStatus(
        deployment,
        podViews(context, deployment, hash),
        context.now(),
      );
      store.updateStatus(resources.deployments, { ...deployment, status });
      return again;
    },
  };
}

export const rolloutSpec = (deployment: KubeObject) => ({
  replicas: deployment.spec.replicas ?? 1,
  ...deployment.spec.strategy?.rollingUpdate,
});

function podViews({ store }: ControllerContext, deployment: KubeObject, hash: string): PodView[] {
  return store
    .list(resources.pods, { namespace: deployment.metadata.namespace ?? '' })
    .filter((pod) => isControlledBy(pod, deployment) && !isBeingDeleted(pod))
    .map((pod) => ({
      name: pod.metadata.name,
      current: pod.metadata.labels?.['pod-template-hash'] === hash,
      ready: conditionOf(pod, 'Ready')?.status === 'True',
      created: Date.parse(pod.metadata.creationTimestamp ?? ''),
    }));
}

function makePod(deployment: KubeObject, hash: string, random: () => number): KubeObject {
  const { template } = deployment.spec;
  const prefix = `${deployment.metadata.name}-${hash}-`.slice(0, 58);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: prefix + randomSuffix(random),
      namespace: deployment.metadata.namespace ?? '',
      labels: { ...template.metadata?.labels, 'pod-template-hash': hash },
      annotations: { ...template.metadata?.annotations },
      ownerReferences: [controllerOf(deployment)],
      finalizers: [podFinalizer],
    },
    spec: { ...template.spec, nodeName },
  };
}

/** Every pod of a rehearsal is on this machine. */
export const nodeName = 'rehearsal';
