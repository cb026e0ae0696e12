import {
  type AutoscalerConfig,
  type AutoscalerSettings,
  autoscalerConfig,
  autoscalerSettings,
  defaultAutoscalerConfig,
} from '../../../autoscaling/index.ts';
import type { KubeObject } from '../../../clusters/cluster-port.ts';
import type { ClusterConfig } from '../config/index.ts';

const parsed = new WeakMap<object, AutoscalerConfig>();

/** `config-autoscaler` as settings; a map that cannot be read leaves upstream's defaults, as its webhook would. */
export function autoscalerConfigOf({ autoscaler }: ClusterConfig): AutoscalerConfig {
  const known = parsed.get(autoscaler);
  if (known !== undefined) return known;
  let config = defaultAutoscalerConfig;
  try {
    config = autoscalerConfig(autoscaler);
  } catch {
    // The webhook refuses such a map; one that was stored before it came is passed over.
  }
  parsed.set(autoscaler, config);
  return config;
}

/** How a PodAutoscaler is scaled. */
export const settingsOf = (podAutoscaler: KubeObject, config: ClusterConfig): AutoscalerSettings =>
  autoscalerSettings(
    {
      annotations: podAutoscaler.metadata.annotations ?? {},
      containerConcurrency: podAutoscaler.spec.containerConcurrency ?? 0,
      reachability: podAutoscaler.spec.reachability ?? '',
      progressDeadlineSeconds: config.progressDeadline / 1000,
    },
    autoscalerConfigOf(config),
  );

/** Pods that a revision's Deployment is created with. */
export const deploymentInitialScale = (revision: KubeObject, config: ClusterConfig): number =>
  autoscalerSettings(
    { annotations: revision.metadata.annotations ?? {}, containerConcurrency: 0 },
    autoscalerConfigOf(config),
  ).initialScale;
