import type { ClusterPort, KubeObject } from '../clusters/cluster-port.ts';
import { controllerOf } from '../migration/inventory/owners.ts';
import type { PlannedSingleton } from './plan.ts';

/** A HorizontalPodAutoscaler, as far as it matters to what it sizes. */
export interface Autoscaler {
  readonly name: string;
  /** Who would start the workload although it has no replicas, such as `ScaledObject shop/worker`. @default - nobody: at zero it rests */
  readonly startsFromZero?: string;
  sizes(workload: PlannedSingleton): boolean;
}

/** The autoscalers in some namespaces of a cluster. */
export async function autoscalersOn(
  cluster: ClusterPort,
  namespaces: ReadonlySet<string>,
): Promise<Autoscaler[]> {
  const found: Autoscaler[] = [];
  const kind = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' };
  for (const namespace of namespaces)
    for await (const object of cluster.list(kind, { namespace })) found.push(autoscalerOf(object));
  return found;
}

function autoscalerOf(object: KubeObject): Autoscaler {
  const { name, namespace = 'default' } = object.metadata;
  const { scaleTargetRef: target, minReplicas } = object.spec ?? {};
  const maker = controllerOf(object);
  // KEDA starts from zero whatever its autoscaler's minimum says.
  const starter =
    maker?.kind === 'ScaledObject.keda.sh'
      ? `ScaledObject ${namespace}/${maker.name}`
      : minReplicas === 0
        ? `HorizontalPodAutoscaler ${namespace}/${name}`
        : undefined;
  return {
    name,
    ...(starter === undefined ? {} : { startsFromZero: starter }),
    sizes: (workload) =>
      workload.namespace === namespace && workload.kind === target?.kind && workload.name === target?.name,
  };
}
