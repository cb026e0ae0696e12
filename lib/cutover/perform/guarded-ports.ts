import type { ClusterPort } from '../../clusters/cluster-port.ts';
import type { DefinitionPort } from '../../clusters/definition-port.ts';
import { colours } from '../../fleet/colour.ts';
import type { CutoverPorts } from '../ports.ts';

/**
 * The ports with a check before each effect: a command can hold several, and the process that performs it may have lost
 * the lease between two of them.
 */
export function guardedPorts(ports: CutoverPorts, check: () => Promise<void>): CutoverPorts {
  const before = async <T>(effect: () => Promise<T>): Promise<T> => {
    await check();
    return effect();
  };
  const guarded = (cluster: ClusterPort & Partial<DefinitionPort>): ClusterPort => ({
    ...more(cluster, before),
    get: (reference) => cluster.get(reference),
    list: (kind, options) => cluster.list(kind, options),
    podProxy: (pod, path) => cluster.podProxy(pod, path),
    ready: () => cluster.ready(),
    apply: (object) => before(() => cluster.apply(object)),
    patch: (reference, patch) => before(() => cluster.patch(reference, patch)),
    create: (object) => before(() => cluster.create(object)),
  });
  const { traffic } = ports;
  return {
    ...ports,
    traffic: {
      readGroup: (arn) => traffic.readGroup(arn),
      status: (arn) => traffic.status(arn),
      writeGroup: (arn, endpoints) => before(() => traffic.writeGroup(arn, endpoints)),
    },
    regions: Object.fromEntries(
      Object.entries(ports.regions).map(([region, both]) => {
        const [blue, green] = colours.map((colour) => ({
          ...both[colour],
          cluster: guarded(both[colour].cluster),
        }));
        return [region, { blue, green } as typeof both];
      }),
    ),
  };
}

/** What a migration needs beside the engine's own port, where there is more. */
const more = (
  cluster: Partial<DefinitionPort>,
  before: <T>(effect: () => Promise<T>) => Promise<T>,
): Partial<DefinitionPort> => ({
  ...(cluster.discover && { discover: cluster.discover.bind(cluster) }),
  ...(cluster.dryRun && { dryRun: cluster.dryRun.bind(cluster) }),
  ...(cluster.watch && { watch: cluster.watch.bind(cluster) }),
  ...(cluster.remove && { remove: guardedRemoval(cluster.remove.bind(cluster), before) }),
});

const guardedRemoval =
  (
    remove: DefinitionPort['remove'],
    before: <T>(effect: () => Promise<T>) => Promise<T>,
  ): DefinitionPort['remove'] =>
  (object) =>
    before(() => remove(object));
