import type { ClusterPort, KubeObject } from '../../clusters/cluster-port.ts';
import { type Clock, systemClock } from '../../cutover/ports.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import { kinds } from '../kinds.ts';
import { conditionCause, tellingCondition } from '../verify/causes.ts';
import { conditionOf, conditionsOf, isReady } from '../verify/conditions.ts';

export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

/** A service that is not ready. */
export interface UnreadyService extends ServiceName {
  /** A clause, from its conditions. */
  readonly why: string;
}

export interface WaitProps {
  /** Read only. */
  readonly target: Pick<ClusterPort, 'list'>;
  /** Read only: what is not ready there either is not waited for. @default - there is none to ask */
  readonly source?: Pick<ClusterPort, 'list'>;
  readonly services: readonly ServiceName[];
  /** Milliseconds. @default - ten minutes, and a second more for each service */
  readonly timeoutMs?: number;
  /** Milliseconds after which a service that says it has failed is taken at its word. @default 60000 */
  readonly failedMs?: number;
  readonly onWait?: (ready: number, waiting: readonly UnreadyService[]) => void;
  readonly signal?: AbortSignal;
  /** @default - the system's */
  readonly clock?: Clock;
}

export interface WaitResult {
  readonly ready: number;
  readonly unready: readonly UnreadyService[];
  /** Not ready, as on the source. */
  readonly unreadyOnBoth: readonly UnreadyService[];
}

/** Knative's autoscaler alone takes 0.4 s for each service that is new, however many processors there are. */
const usualTimeout = 600_000;
const perService = 1000;
const firstPause = 300;
const longestPause = 5_000;

const keyOf = ({ namespace, name }: ServiceName): string => `${namespace}/${name}`;

interface Open {
  readonly service: UnreadyService;
  /** Since when it says the same failure. @default - it does not say that it has failed */
  readonly failedAt?: number;
}

/**
 * Waits until services are ready at the generation that they have: for a while, and not for those that are not ready on
 * the source either, nor once all that are left have said for a minute that they failed.
 * @throws ZeroshiftError what the source's port throws
 */
export async function waitUntilReady(props: WaitProps): Promise<WaitResult> {
  const { source, target, services, onWait, signal, clock = systemClock } = props;
  const { timeoutMs = usualTimeout + perService * services.length, failedMs = 60_000 } = props;
  const began = clock.now();
  let open = new Map<string, Open>(
    services.map((service) => [keyOf(service), { service: { ...service, why: 'it is not there' } }]),
  );
  let unreadyOnBoth: UnreadyService[] | undefined;
  for (let pause = firstPause; ; pause = Math.min(longestPause, pause * 1.5)) {
    open = await look(target, open, clock.now());
    if (source !== undefined && open.size > 0 && unreadyOnBoth === undefined) {
      const there = await look(source, open, clock.now());
      unreadyOnBoth = [];
      for (const key of there.keys()) {
        const service = open.get(key)?.service;
        if (service !== undefined) unreadyOnBoth.push(service);
        open.delete(key);
      }
    }
    const unready = [...open.values()].map(({ service }) => service);
    const result = {
      ready: services.length - unready.length - (unreadyOnBoth?.length ?? 0),
      unready,
      unreadyOnBoth: unreadyOnBoth ?? [],
    };
    const isSettled = [...open.values()].every(
      ({ failedAt }) => failedAt !== undefined && clock.now() - failedAt >= failedMs,
    );
    if (isSettled || signal?.aborted || clock.now() - began >= timeoutMs) return result;
    onWait?.(result.ready, unready);
    await clock.sleep(pause, signal);
  }
}

/** Those of them that are not ready, and why. Where the cluster does not answer: as before. */
async function look(
  cluster: Pick<ClusterPort, 'list'>,
  open: ReadonlyMap<string, Open>,
  now: number,
): Promise<Map<string, Open>> {
  const left = new Map(open);
  const namespaces = new Set([...open.values()].map(({ service }) => service.namespace));
  // A few namespaces are less to read than the whole cluster, and many lists are more to ask.
  const places = namespaces.size <= 5 ? [...namespaces].map((namespace) => ({ namespace })) : [{}];
  try {
    for (const place of places)
      for await (const object of cluster.list(kinds.service, place)) {
        const key = `${object.metadata.namespace}/${object.metadata.name}`;
        const before = left.get(key);
        if (before === undefined) continue;
        if (isReady(object)) left.delete(key);
        else left.set(key, stillOpen(object, before, now));
      }
  } catch (error) {
    if (!ZeroshiftError.is(error) || error.code !== 'cluster.unavailable') throw error;
  }
  return left;
}

function stillOpen(object: KubeObject, before: Open, now: number): Open {
  const { namespace, name } = before.service;
  const telling = tellingCondition(conditionsOf(object));
  const why = telling === undefined ? 'its controller has not come to it yet' : conditionCause(telling);
  const hasFailed = conditionOf(object, 'Ready')?.status === 'False';
  if (!hasFailed) return { service: { namespace, name, why } };
  const failedAt = before.service.why === why ? (before.failedAt ?? now) : now;
  return { service: { namespace, name, why }, failedAt };
}
