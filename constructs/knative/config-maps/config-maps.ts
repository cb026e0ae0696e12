import { Construct } from 'constructs';
import {
  type ConfigData,
  checkConfigMap,
  checkDomains,
  type Finding,
} from '../../../lib/validation/index.ts';
import type { Release } from '../releases/index.ts';
import {
  addConfigMap,
  invalidConfig,
  type ServingConfigMapName,
  servingConfigMapNames,
} from './config-map.ts';

/**
 * Settings of Serving, map by map, each key as upstream names it and its value as text. What is left out has upstream's
 * default. `config-deployment` is the queue-proxy's.
 */
export interface ConfigMapsProps {
  readonly release: Release;
  /** How services scale. @default - upstream's defaults */
  readonly autoscaler?: ConfigData<'config-autoscaler'>;
  /** What a service has that does not say. @default - upstream's defaults */
  readonly defaults?: ConfigData<'config-defaults'>;
  /** Domain → empty, or a selector of services as YAML. @default - every service stays inside its cluster */
  readonly domain?: Readonly<Record<string, string>>;
  /** Which fields services may use. @default - upstream's defaults */
  readonly features?: ConfigData<'config-features'>;
  /** Which old revisions go. @default - upstream's defaults */
  readonly gc?: ConfigData<'config-gc'>;
  /** @default - upstream's defaults */
  readonly leaderElection?: ConfigData<'config-leader-election'>;
  /** @default - upstream's defaults */
  readonly logging?: ConfigData<'config-logging'>;
  /** Ingress class, host names, TLS. @default - upstream's defaults, so Istio's ingress class */
  readonly network?: ConfigData<'config-network'>;
  /** @default - upstream's defaults */
  readonly observability?: ConfigData<'config-observability'>;
}

/** The config maps of Serving. @throws ZeroshiftError `config.invalid` with every wrong key at once */
export class ConfigMaps extends Construct {
  constructor(scope: Construct, id: string, props: ConfigMapsProps) {
    super(scope, id);
    const { release, domain = {} } = props;
    const maps = new Map<ServingConfigMapName, Readonly<Record<string, string>> | undefined>([
      ['config-autoscaler', props.autoscaler],
      ['config-defaults', props.defaults],
      ['config-features', props.features],
      ['config-gc', props.gc],
      ['config-leader-election', props.leaderElection],
      ['config-logging', props.logging],
      ['config-network', props.network],
      ['config-observability', props.observability],
    ]);
    const findings: (Finding & { readonly map: string })[] = [...maps].flatMap(([map, data]) =>
      map === 'config-domain'
        ? []
        : checkConfigMap(map, data ?? {}, { features: release.features }).map((found) => ({ ...found, map })),
    );
    findings.push(...checkDomains(domain).map((found) => ({ ...found, map: 'config-domain' })));
    if (findings.length > 0) throw invalidConfig(findings);
    for (const name of servingConfigMapNames) {
      if (name === 'config-deployment') continue;
      addConfigMap(this, release, name, name === 'config-domain' ? domain : (maps.get(name) ?? {}));
    }
  }
}
