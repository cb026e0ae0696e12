import type { DefinitionPort, KubeObject } from '../../lib/clusters/index.ts';

const kind = { apiVersion: 'serving.knative.dev/v1', kind: 'Service' };

const isReady = ({ metadata, status }: KubeObject): boolean =>
  status?.observedGeneration === metadata.generation &&
  (status?.conditions ?? []).some(
    (one: { type: string; status: string }) => one.type === 'Ready' && one.status === 'True',
  );

/**
 * Waits until so many services of these namespaces are ready, by one watch: polls would take time from what is measured.
 * @returns `performance.now()` of the last one
 * @throws Error after `timeoutMs`
 */
export async function allReady(
  cluster: DefinitionPort,
  namespaces: readonly string[],
  services: number,
  timeoutMs = 600_000,
): Promise<number> {
  const ready = new Set<string>();
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), timeoutMs);
  try {
    for await (const event of cluster.watch(kind, { signal: end.signal })) {
      if (event.type !== 'added' && event.type !== 'modified') continue;
      const { namespace = '', name } = event.object.metadata;
      if (!namespaces.includes(namespace)) continue;
      if (isReady(event.object)) ready.add(`${namespace}/${name}`);
      else ready.delete(`${namespace}/${name}`);
      if (ready.size === services) return performance.now();
    }
  } finally {
    clearTimeout(timer);
    end.abort();
  }
  throw new Error(`${ready.size} of ${services} services were ready after ${timeoutMs / 1000} s`);
}
