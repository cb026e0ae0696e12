import { configKeys } from './config-keys.ts';
import { parseGoBool, parseGoInt } from './go-values.ts';

/** A key of `config-features`. */
export type FeatureFlag = keyof (typeof configKeys)['config-features'];

type Texts = Readonly<Record<string, string>>;

/** The config maps under which a service is judged. What is left out has upstream's default. */
export interface ServingConfig {
  readonly autoscaler?: Texts;
  readonly defaults?: Texts;
  readonly features?: Texts;
  /** The release whose rules hold, such as `1.22.1`. @default - the newest that the rules here know, 1.23 */
  readonly release?: string;
}

export type FlagState = 'enabled' | 'allowed' | 'disabled';

/** What the webhook knows of a cluster when it judges an object. */
export interface ValidationContext {
  readonly feature: (flag: FeatureFlag) => FlagState;
  /** `secure-pod-defaults`: whether the webhook makes pods secure, altogether or but for the root user. */
  readonly securePodDefaults: 'enabled' | 'allowrootbounded' | 'disabled';
  readonly timeoutSeconds: number;
  readonly maxTimeoutSeconds: number;
  readonly containerConcurrency: number;
  readonly maxContainerConcurrency: number;
  readonly allowContainerConcurrencyZero: boolean;
  /** Go templates over a service's metadata. */
  readonly containerName: string;
  readonly initContainerName: string;
  readonly autoscalerClass: string;
  readonly allowZeroInitialScale: boolean;
  /** 0: no limit. */
  readonly maxScaleLimit: number;
  /** Whether the release knows ephemeral volumes and judges start-up probes: 1.23 and newer. */
  readonly ephemeralAndStartUp: boolean;
}

/** The state of a feature flag; any other value than the three is ignored, as Knative does. */
export function feature(features: Texts | undefined, flag: FeatureFlag): FlagState {
  const value = (features?.[flag] ?? '').toLowerCase();
  if (value === 'enabled' || value === 'allowed' || value === 'disabled') return value;
  return configKeys['config-features'][flag].fallback === 'enabled' ? 'enabled' : 'disabled';
}

/** The context that some config maps make; a value that cannot be read leaves upstream's default. */
export function servingContext(config: ServingConfig = {}): ValidationContext {
  const { autoscaler = {}, defaults = {}, features = {} } = config;
  const int = (map: Texts, key: string, fallback: number) => parseGoInt(map[key] ?? '') ?? fallback;
  const bool = (map: Texts, key: string, fallback: boolean) => parseGoBool(map[key] ?? '') ?? fallback;
  const secure = (features['secure-pod-defaults'] ?? '').toLowerCase();
  const ephemeralAndStartUp = Number(/^1\.(\d+)/.exec(config.release ?? '')?.[1] ?? 23) >= 23;
  const flags = new Map<FeatureFlag, FlagState>();
  if (!ephemeralAndStartUp) flags.set('kubernetes.podspec-volumes-ephemeral', 'disabled');
  return {
    feature: (flag) => {
      const state = flags.get(flag) ?? feature(features, flag);
      flags.set(flag, state);
      return state;
    },
    securePodDefaults: secure === 'enabled' || secure === 'allowrootbounded' ? secure : 'disabled',
    timeoutSeconds: int(defaults, 'revision-timeout-seconds', 300),
    maxTimeoutSeconds: int(defaults, 'max-revision-timeout-seconds', 600),
    containerConcurrency: int(defaults, 'container-concurrency', 0),
    maxContainerConcurrency: int(defaults, 'container-concurrency-max-limit', 1000),
    allowContainerConcurrencyZero: bool(defaults, 'allow-container-concurrency-zero', true),
    containerName: defaults['container-name-template'] ?? 'user-container',
    initContainerName: defaults['init-container-name-template'] ?? 'init-container',
    autoscalerClass: (autoscaler['pod-autoscaler-class'] ?? 'kpa.autoscaling.knative.dev').trim(),
    allowZeroInitialScale: bool(autoscaler, 'allow-zero-initial-scale', false),
    maxScaleLimit: int(autoscaler, 'max-scale-limit', 0),
    ephemeralAndStartUp,
  };
}
