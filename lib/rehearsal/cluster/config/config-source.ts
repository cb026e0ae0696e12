import type { Store } from '../../kube-api/index.ts';
import { resources } from '../objects/index.ts';
import { type ClusterConfig, readConfig, servingNamespace } from './cluster-config.ts';

export interface ConfigSource {
  readonly current: () => ClusterConfig;
  close(): void;
}

/** The configuration in the store as it is now; `onChange` is called after one of the maps has changed. */
export function createConfigSource(store: Store, onChange: () => void): ConfigSource {
  let cached: ClusterConfig | undefined;
  const end = store.watch(resources.configMaps, ({ object }) => {
    if (object.metadata.namespace !== servingNamespace || !object.metadata.name.startsWith('config-')) return;
    cached = undefined;
    onChange();
  });
  return {
    current() {
      cached ??= readConfig((name) => store.get(resources.configMaps, servingNamespace, name)?.data);
      return cached;
    },
    close: end,
  };
}
