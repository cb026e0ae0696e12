import { acceptedData, type ConfigMapVerdictOptions } from './config-maps/index.ts';
import { servingContext, type ValidationContext } from './serving-config.ts';

/**
 * The context that config maps make: name → data. Of a map that the webhook would refuse nothing holds, as in a cluster
 * that never took it; what is missing has upstream's defaults.
 */
export function contextFrom(
  maps: ReadonlyMap<string, unknown> | Readonly<Record<string, unknown>>,
  options: ConfigMapVerdictOptions & { readonly release?: string } = {},
): ValidationContext {
  const data = acceptedData(maps instanceof Map ? maps : new Map(Object.entries(maps)), options);
  const part = (name: string) => data.get(name) ?? {};
  return servingContext({
    autoscaler: part('config-autoscaler'),
    defaults: part('config-defaults'),
    features: part('config-features'),
    ...(options.release === undefined ? {} : { release: options.release }),
  });
}
