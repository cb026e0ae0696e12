import { configKeys } from './config-keys.ts';
import { parseGoBool, parseGoInt } from './go-values.ts';

/** A key of `config-features`. */
export type FeatureFlag = keyof (typeof configKeys)['config-features'];

/** The config maps under which a service is judged. What is left out has upstream's default. */
export interface ServingConfig {
  readonly autoscaler?: Readonly<Record<string, string>>;
  readonly defaults?: Readonly<Record<string, string>>;
  readonly features?: Readonly<Record<string, string>>;
}

/** The number at a key, or upstream's default. */
export const configInt = (
  map: Readonly<Record<string, string>> | undefined,
  key: string,
  fallback: number,
): number => parseGoInt(map?.[key] ?? '') ?? fallback;

export const configBool = (
  map: Readonly<Record<string, string>> | undefined,
  key: string,
  fallback: boolean,
): boolean => parseGoBool(map?.[key] ?? '') ?? fallback;

/** The state of a feature flag; any other value than the three is ignored, as Knative does. */
export function feature(config: ServingConfig, flag: FeatureFlag): 'enabled' | 'allowed' | 'disabled' {
  const value = (config.features?.[flag] ?? '').toLowerCase();
  if (value === 'enabled' || value === 'allowed' || value === 'disabled') return value;
  return configKeys['config-features'][flag].fallback === 'enabled' ? 'enabled' : 'disabled';
}
