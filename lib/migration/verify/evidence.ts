import type { Kind, KubeObject, ListOptions } from '../../clusters/cluster-port.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import type { Family, VerifyReader } from './family.ts';

/** What tells why something is not ready, besides its own conditions. */
export interface Evidence {
  /** @default - it has none, or could not be read */
  readonly route?: KubeObject;
  readonly pods: readonly KubeObject[];
  /** Warnings of its namespace, the newest first; of each object at most one for each reason. */
  readonly warnings: readonly Warning[];
}

export interface Warning {
  /** Of the object that it is about. */
  readonly kind: string;
  readonly name: string;
  readonly reason: string;
  readonly message: string;
}

/** Pods of a service that are looked at: all of them tell the same. */
const podsLookedAt = 20;

async function read(
  cluster: VerifyReader,
  kind: Kind,
  options: ListOptions,
  most = Number.POSITIVE_INFINITY,
): Promise<KubeObject[]> {
  const found: KubeObject[] = [];
  try {
    for await (const object of cluster.list(kind, options)) {
      found.push(object);
      if (found.length >= most) break;
    }
  } catch (error) {
    orNothing(error);
  }
  return found;
}

/** Whoever may not read pods or events hears less of why. */
function orNothing(error: unknown): undefined {
  if (!ZeroshiftError.is(error) || error.code !== 'cluster.refused') throw error;
  return undefined;
}

const timeOf = ({ lastTimestamp, eventTime, series, metadata }: KubeObject): number => {
  const times = [series?.lastObservedTime, lastTimestamp, eventTime, metadata.creationTimestamp];
  const known = times.find((time) => typeof time === 'string');
  return known === undefined ? 0 : Date.parse(known);
};

/** The warnings of a namespace, from its events. */
export async function readWarnings(cluster: VerifyReader, namespace: string): Promise<Warning[]> {
  const newest = new Map<string, { readonly at: number; readonly warning: Warning }>();
  for (const event of await read(cluster, { apiVersion: 'v1', kind: 'Event' }, { namespace })) {
    if (event.type !== 'Warning') continue;
    const { kind = '', name = '' } = event.involvedObject ?? {};
    const { reason = '', message = '' } = event;
    const at = timeOf(event);
    const key = `${kind} ${name} ${reason}`;
    if ((newest.get(key)?.at ?? -1) <= at)
      newest.set(key, { at, warning: { kind, name, reason, message: String(message) } });
  }
  return [...newest.values()].sort((a, b) => b.at - a.at).map(({ warning }) => warning);
}

/** @param warnings of its namespace */
export async function readEvidence(
  cluster: VerifyReader,
  { head, kind }: Family,
  warnings: readonly Warning[],
): Promise<Evidence> {
  const { name, namespace = 'default' } = head.metadata;
  const labelSelector = `serving.knative.dev/configuration=${name}`;
  const reference = { apiVersion: 'serving.knative.dev/v1', kind: 'Route', namespace, name };
  const [pods, route] = await Promise.all([
    kind === 'Route'
      ? []
      : read(cluster, { apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector }, podsLookedAt),
    kind === 'Service' ? cluster.get(reference).catch(orNothing) : undefined,
  ]);
  return { ...(route === undefined ? {} : { route }), pods, warnings };
}
