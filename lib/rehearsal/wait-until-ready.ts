import type { ClusterPort, KubeObject } from '../clusters/cluster-port.ts';
import { ZeroshiftError } from '../messages/error.ts';
import { isReady, type Unready, whyUnready } from './unready.ts';

/** What is not ready yet, of how many. */
export interface Waiting {
  readonly ready: number;
  readonly of: number;
  readonly waiting: readonly Unready[];
}

export interface WaitProps {
  /** Milliseconds. */
  readonly patience: number;
  /** Told every quarter of a minute. @default - nobody is told */
  readonly onWaiting?: (waiting: Waiting) => void;
  /** Ends the wait, without an error: whoever gave it knows why. @default - it is not ended early */
  readonly signal?: AbortSignal;
}

/** Milliseconds between two looks, two looks for reasons, two words of progress, and until a lack is no accident. */
const waits = { look: 100, reasons: 2_000, tell: 15_000, certain: 10_000 };

/**
 * Waits until objects are ready.
 * @throws ZeroshiftError `rehearsal.not-ready` when they are not in time, or as soon as one of them never can be
 */
export async function waitUntilReady(
  cluster: ClusterPort,
  objects: readonly KubeObject[],
  { patience, onWaiting, signal }: WaitProps,
): Promise<void> {
  const began = Date.now();
  let waiting = objects;
  let told = began;
  let asked = began;
  /** Since when an object is known never to become ready. */
  let hopeless = new Map<string, number>();
  for (;;) {
    waiting = await stillWaiting(cluster, waiting);
    const now = Date.now();
    if (waiting.length === 0 || signal?.aborted) return;
    const late = now - began > patience;
    if (late || now - asked >= waits.reasons) {
      asked = now;
      const unready = await reasonsOf(cluster, waiting);
      hopeless = new Map(
        unready.flatMap(({ object, never }) => (never ? [[object, hopeless.get(object) ?? now]] : [])),
      );
      const never = unready.filter(({ object }) => now - (hopeless.get(object) ?? now) >= waits.certain);
      if (never.length > 0) throw neverReady(never);
      if (late) throw notReady(unready, patience);
      if (now - told >= waits.tell) {
        told = now;
        onWaiting?.({ ready: objects.length - waiting.length, of: objects.length, waiting: unready });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, waits.look));
  }
}

async function stillWaiting(cluster: ClusterPort, objects: readonly KubeObject[]): Promise<KubeObject[]> {
  const ready = await Promise.all(
    objects.map(async ({ apiVersion, kind, metadata: { name, namespace = 'default' } }) =>
      isReady(await cluster.get({ apiVersion, kind, name, namespace })),
    ),
  );
  return objects.filter((_, index) => ready[index] !== true);
}

async function reasonsOf(cluster: ClusterPort, objects: readonly KubeObject[]): Promise<Unready[]> {
  const found = await Promise.all(objects.map((object) => whyUnready(cluster, object)));
  return found.filter((one) => one !== undefined);
}

const problemsOf = (unready: readonly Unready[]) =>
  unready.map(({ object, why }) => ({ where: object, found: why, allowed: 'Ready' }));

const neverReady = (unready: readonly Unready[]): ZeroshiftError =>
  new ZeroshiftError('there are services that can never become ready', {
    code: 'rehearsal.not-ready',
    source: 'outside',
    problems: problemsOf(unready),
    action:
      'put the images where the cluster can pull them, or rehearse a fleet whose images it can pull: --fleet FILE',
  });

const notReady = (unready: readonly Unready[], patience: number): ZeroshiftError =>
  new ZeroshiftError(`after ${patience / 1000} s not all services are ready`, {
    code: 'rehearsal.not-ready',
    source: 'outside',
    problems: problemsOf(unready),
    action: 'mend what they say; on clusters of --contexts, --keep leaves all of it there for kubectl',
  });
