import { ClusterError } from '../../clusters/cluster-error.ts';
import type { KubeObject, Reference } from '../../clusters/cluster-port.ts';
import type { DefinitionPort } from '../../clusters/definition-port.ts';
import { type Clock, systemClock } from '../../cutover/ports.ts';
import { mapInOrder } from '../../drift/in-order.ts';
import { groupKindOf } from '../inventory/names.ts';
import { isSystemNamespace } from '../kinds.ts';
import { levelOf } from '../plan/levels.ts';
import type { ObjectPlace } from '../plan/plan.ts';
import { Guard } from './guarded-port.ts';
import { handedOver, holdsFields } from './handed-fields.ts';
import { AdaptiveLimit } from './limit.ts';
import { outcomeOf } from './outcome-of.ts';
import type { ObjectResult } from './result.ts';

export interface ReleaseProps {
  readonly target: DefinitionPort;
  /** Read only: whose the fields are. @default - it is gone, and the fields become nobody's */
  readonly source?: Pick<DefinitionPort, 'get'>;
  /** @default - all but the system's, and what is outside of namespaces */
  readonly namespaces?: readonly string[];
  readonly onProgress?: (released: ObjectPlace) => void;
  readonly signal?: AbortSignal;
  /** From 0 up to, not including, 1. @default - by chance */
  readonly random?: () => number;
  /** @default - the system's */
  readonly clock?: Clock;
}

export interface ReleaseResult {
  readonly released: number;
  /** What could not be let go of. */
  readonly failed: readonly ObjectResult[];
}

const atOnce = 16;
const deadlineMs = 60_000;
/** How often an object that changes meanwhile is read again. */
const tries = 10;

/** Kinds that a migration makes; revisions are written by nobody but Knative. */
const isMigrated = (kind: string): boolean => levelOf(kind) < levelOf('');

/**
 * Lets go of what a migration applied, once it is finished: the fields that `zeroshift` owns go to those who own them on
 * the source, so that their next server-side apply takes them without a conflict, and takes away what it says no more.
 * Nothing but `metadata.managedFields` changes. Run again, it finds nothing left.
 * @throws ZeroshiftError what listing throws
 */
export async function releaseOwnership(props: ReleaseProps): Promise<ReleaseResult> {
  const { target, onProgress, signal } = props;
  const limit = new AdaptiveLimit(props.clock ?? systemClock, signal);
  const { resources } = await target.discover();
  const kinds = resources.filter(
    (one) =>
      one.preferred &&
      isMigrated(groupKindOf(one)) &&
      one.verbs.includes('list') &&
      one.verbs.includes('patch'),
  );
  let released = 0;
  const failed: ObjectResult[] = [];
  for (const kind of kinds) {
    const places = props.namespaces === undefined ? [undefined] : kind.namespaced ? props.namespaces : [];
    for (const namespace of places) {
      const found: Reference[] = [];
      // Names are all that is kept of what may be a Secret.
      for await (const object of target.list(kind, namespace === undefined ? {} : { namespace }))
        if (!isSystems(object) && holdsFields(object)) found.push(referenceOf(object));
      for await (const result of mapInOrder(found, atOnce, (reference) => release(props, limit, reference)))
        if (result.outcome === 'applied') {
          released++;
          onProgress?.(result);
        } else if (result.outcome !== 'unchanged') failed.push(result);
    }
  }
  return { released, failed };
}

const isSystems = ({ kind, metadata }: KubeObject): boolean =>
  isSystemNamespace(kind === 'Namespace' ? metadata.name : (metadata.namespace ?? ''));

const referenceOf = ({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): Reference => ({
  apiVersion,
  kind,
  name,
  ...(namespace === undefined ? {} : { namespace }),
});

async function release(
  props: ReleaseProps,
  limit: AdaptiveLimit,
  reference: Reference,
): Promise<ObjectResult> {
  const { target, signal, clock = systemClock, random = Math.random } = props;
  const guard = new Guard({ clock, random, deadlineMs, ...(signal === undefined ? {} : { signal }) });
  const port = guard.port(target, limit);
  try {
    const source = await props.source?.get(reference).catch(noSource);
    for (let left = tries; ; left--) {
      const object = await port.get(reference);
      if (object === undefined || !holdsFields(object)) return { ...reference, outcome: 'unchanged' };
      const { resourceVersion } = object.metadata;
      try {
        await port.patch(reference, {
          metadata: { resourceVersion, managedFields: handedOver(object, source) },
        });
        return { ...reference, outcome: 'applied' };
      } catch (error) {
        // Its controller wrote meanwhile, or our own answer was lost.
        if (!(error instanceof ClusterError) || error.reason !== 'changed' || left === 0) throw error;
      }
    }
  } catch (error) {
    return outcomeOf(reference, error);
  }
}

/** A source that does not answer any more is as good as one that is gone. */
function noSource(error: unknown): undefined {
  if (!(error instanceof ClusterError)) throw error;
  return undefined;
}
