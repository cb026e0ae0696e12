import type { ClusterPort, KubeObject } from '../../clusters/cluster-port.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import { isOwn, nameOf, rehearsalLabel } from './own-label.ts';

/**
 * A cluster in which what is made carries the rehearsal's label, and nothing that lacks it is overwritten. A namespace
 * that was there is used as it is.
 * Besides the port's errors, `apply` throws ZeroshiftError `rehearsal.not-ours`.
 */
export function ownOnly(cluster: ClusterPort, fleet: string): ClusterPort {
  const labelled = (object: KubeObject): KubeObject => ({
    ...object,
    metadata: { ...object.metadata, labels: { ...object.metadata.labels, [rehearsalLabel]: fleet } },
  });
  return {
    get: (reference) => cluster.get(reference),
    list: (kind, options) => cluster.list(kind, options),
    podProxy: (pod, path) => cluster.podProxy(pod, path),
    ready: () => cluster.ready(),
    patch: (reference, patch) => cluster.patch(reference, patch),
    create: (object) => cluster.create(labelled(object)),
    async apply(object) {
      const { apiVersion, kind, metadata } = object;
      const { name, namespace } = metadata;
      const found = await cluster.get({
        apiVersion,
        kind,
        name,
        ...(namespace === undefined ? {} : { namespace }),
      });
      if (found === undefined || isOwn(found)) return cluster.apply(labelled(object));
      if (kind === 'Namespace') return found;
      throw new ZeroshiftError('the rehearsal would overwrite what it did not make', {
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
    },
  };
}
