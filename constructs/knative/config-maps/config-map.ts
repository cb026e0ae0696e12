import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { ZeroshiftError } from '../../../lib/messages/error.ts';
import type { ServingFinding } from '../../../lib/validation/index.ts';
import { servingMetadata } from '../component.ts';
import type { Release } from '../releases/index.ts';

/** Component label of each map: the webhook finds the maps that it judges by it. */
const components = {
  'config-autoscaler': 'autoscaler',
  'config-certmanager': 'controller',
  'config-defaults': 'controller',
  'config-deployment': 'controller',
  'config-domain': 'controller',
  'config-features': 'controller',
  'config-gc': 'controller',
  'config-leader-election': 'controller',
  'config-logging': 'logging',
  'config-network': 'networking',
  'config-observability': 'observability',
  'config-tracing': 'tracing',
} as const;

export type ServingConfigMapName = keyof typeof components;

/** Every config map of Serving, in the order in which they are written. */
export const servingConfigMapNames = Object.keys(components) as readonly ServingConfigMapName[];

/** Refuses config maps with mistakes, all at once. @throws ZeroshiftError `config.invalid` if there are any */
export function refuseMistakes(findings: readonly ServingFinding[]): void {
  if (findings.length === 0) return;
  throw new ZeroshiftError(
    findings.length === 1 ? 'a config map has a mistake' : `the config maps have ${findings.length} mistakes`,
    {
      code: 'config.invalid',
      source: 'user',
      problems: findings.map(({ map, key, value, allowed }) => ({ where: `${map}.${key}`, value, allowed })),
      action: "mend the keys named above in the colour's serving options",
    },
  );
}

/** One config map. Without data it has none, so that Knative's own defaults hold; upstream ships an example instead. */
export function addConfigMap(
  scope: Construct,
  release: Release,
  name: ServingConfigMapName,
  data: Readonly<Record<string, string>>,
): k8s.KubeConfigMap {
  const provider: Record<string, string> =
    name === 'config-certmanager' ? { 'networking.knative.dev/certificate-provider': 'cert-manager' } : {};
  return new k8s.KubeConfigMap(scope, name, {
    metadata: servingMetadata(release, name, components[name], provider),
    ...(Object.keys(data).length === 0 ? {} : { data: { ...data } }),
  });
}
