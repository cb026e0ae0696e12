import { Construct } from 'constructs';
import {
  type ConfigPropName,
  configData,
  configMapOf,
  type ServingConfigProps,
  servingConfigProblems,
} from '../../../lib/validation/index.ts';
import type { Release } from '../releases/index.ts';
import { addConfigMap, refuseMistakes, servingConfigMapNames } from './config-map.ts';

/** Settings of Serving, map by map. `config-deployment` is the queue-proxy's. */
export interface ConfigMapsProps extends Omit<ServingConfigProps, 'deployment'> {
  readonly release: Release;
}

const propNames = (Object.keys(configMapOf) as ConfigPropName[]).filter((prop) => prop !== 'deployment');

/** The config maps of Serving. @throws ZeroshiftError `config.invalid` with every wrong key at once */
export class ConfigMaps extends Construct {
  constructor(scope: Construct, id: string, props: ConfigMapsProps) {
    super(scope, id);
    const { release, ...config } = props;
    refuseMistakes(servingConfigProblems(config, { features: release.features, props: propNames }));
    for (const name of servingConfigMapNames) {
      const prop = propNames.find((one) => configMapOf[one] === name);
      if (name !== 'config-deployment')
        addConfigMap(this, release, name, prop === undefined ? {} : configData(config, prop));
    }
  }
}
