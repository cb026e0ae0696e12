import type { ClusterPort, KubeObject } from '../../clusters/cluster-port.ts';
import type { DefinitionPort } from '../../clusters/definition-port.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import { reasonOf } from '../interrupted.ts';
import { isOwn, nameOf, rehearsalLabel } from './own-label.ts';

/**
 * A cluster in which what is made carries the rehearsal's label, and nothing that lacks it is overwritten or removed. A namespace
 * that was there is used as it is. Once the signal is given nothing is made any more: nobody would take it away.
 * What a migration needs beside the engine's port is there where the cluster has it.
 * Besides the port's errors, `apply` and `remove` throw ZeroshiftError `rehearsal.not-ours`, and what makes something throws what the signal says.
 */
export function ownOnly(
  cluster: ClusterPort & Partial<DefinitionPort>,
  fleet: string,
  signal?: AbortSignal,
): ClusterPort & Partial<DefinitionPort> {
  const unlessEnding = (): void => {
    if (signal?.aborted) throw reasonOf(signal);
  };
  const labelled = (object: KubeObject): KubeObject => ({
    ...object,
    metadata: { ...object.metadata, labels: { ...object.metadata.labels, [rehearsalLabel]: fleet } },
  });
  const { discover, dryRun, remove, watch } = cluster;
  return {
    ...(discover && { discover: discover.bind(cluster) }),
    ...(watch && { watch: watch.bind(cluster) }),
    ...(dryRun && { dryRun: (object, options) => dryRun.call(cluster, labelled(object), options) }),
    ...(remove && {
      async remove(object) {
        if (!isOwn(object)) throw notOurs(object, 'remove');
        return remove.call(cluster, object);
      },
    }),
    get: (reference) => cluster.get(reference),
    list: (kind, options) => cluster.list(kind, options),
    podProxy: (pod, path) => cluster.podProxy(pod, path),
    ready: () => cluster.ready(),
    patch: (reference, patch) => cluster.patch(reference, patch),
    async create(object) {
      unlessEnding();
      return cluster.create(labelled(object));
    },
    async apply(object) {
      const { apiVersion, kind, metadata } = object;
      const { name, namespace } = metadata;
      const found = await cluster.get({
        apiVersion,
        kind,
        name,
        ...(namespace === undefined ? {} : { namespace }),
      });
      unlessEnding();
      if (found === undefined || isOwn(found)) return cluster.apply(labelled(object));
      if (kind === 'Namespace') return found;
      throw notOurs(object, 'overwrite');
    },
  };
}

const notOurs = (object: KubeObject, what: 'overwrite' | 'remove'): ZeroshiftError =>
  new ZeroshiftError(`the rehearsal would ${what} what it did not make`, {
    code: 'rehearsal.not-ours',
    source: 'user',
    problems: [
      {
        where: nameOf(object),
        value: 'there already',
        allowed: `an object with the label ${rehearsalLabel}`,
      },
    ],
    action: 'delete it, or rehearse on clusters without it',
  });
