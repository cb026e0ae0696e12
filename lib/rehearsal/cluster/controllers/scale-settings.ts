import { type AutoscalerSettings, autoscalerSettings } from '../../../autoscaling/index.ts';
import type { KubeObject } from '../../../clusters/cluster-port.ts';
import type { ClusterConfig } from '../config/index.ts';

/** How a PodAutoscaler is scaled. */
export const settingsOf = (podAutoscaler: KubeObject, config: ClusterConfig): AutoscalerSettings =>
  autoscalerSettings(
    {
      annotations: podAutoscaler.metadata.annotations ?? {},
      containerConcurrency: podAutoscaler.spec.containerConcurrency ?? 0,
      reachability: podAutoscaler.spec.reachability ?? '',
      progressDeadlineSeconds: config.progressDeadline / 1000,
    },
    config.autoscaler,
  );

/** Pods that a revision's Deployment is created with. */
export const deploymentInitialScale = (revision: KubeObject, config: ClusterConfig): number =>
  autoscalerSettings(
    { annotations: revision.metadata.annotations ?? {}, containerConcurrency: 0 },
    config.autoscaler,
  ).initialScale;
