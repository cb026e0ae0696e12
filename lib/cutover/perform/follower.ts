import type { ClusterPort } from '../../clusters/cluster-port.ts';
import type { DefinitionPort } from '../../clusters/definition-port.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import { applyMigration } from '../../migration/apply/index.ts';
import { type Following, type FollowStatus, startFollowing } from '../../migration/follow/index.ts';
import { planByRules } from '../../migration/plan/index.ts';
import type { FollowReading } from '../commands.ts';
import type { FollowPort, FollowRegion } from '../ports.ts';

/** Whether a port hears of changes, and reaches more than services. */
const isFollowable = (cluster: ClusterPort & Partial<DefinitionPort>): cluster is DefinitionPort =>
  [cluster.discover, cluster.dryRun, cluster.remove, cluster.watch].every((part) => part !== undefined);

/** Names that a reading keeps: the journal holds every one of them. */
const named = 5;
/** Milliseconds that what is being written may take to come to its end. */
const endWithin = 30_000;

/** Follows with the clusters that a cutover acts on: what the lease no longer allows is not written here either. */
export function createFollower(): FollowPort {
  const regions = new Map<string, Following>();
  const end = async (region: string): Promise<FollowReading | undefined> => {
    const following = regions.get(region);
    if (following === undefined) return undefined;
    regions.delete(region);
    const late = new Promise<void>((resolve) => setTimeout(resolve, endWithin).unref());
    await Promise.race([following.end().catch(() => undefined), late]);
    return readingOf(following.status());
  };
  return {
    begin: async (region) => {
      if (regions.has(region.region)) return true;
      const following = await begin(region);
      if (following === undefined) return false;
      regions.set(region.region, following);
      return true;
    },
    status: async (region) => {
      const following = regions.get(region);
      if (following === undefined) return undefined;
      const failure = await failureOf(following);
      if (failure === undefined) return readingOf(following.status());
      // The next one begins anew.
      regions.delete(region);
      throw failure;
    },
    end,
    endAll: async () => {
      await Promise.all([...regions.keys()].map(end));
    },
  };
}

async function begin({
  from,
  to,
  region,
  source,
  target,
  rules: readRules,
}: FollowRegion): Promise<Following | undefined> {
  if (!isFollowable(source) || !isFollowable(target)) return undefined;
  const rules = await readRules();
  return startFollowing({
    source,
    target,
    plan: (namespaces) => planByRules(rules, { source, target, context: { from, to, region } }, namespaces),
    apply: (plan, signal) => applyMigration({ plan, source, target, signal }),
  });
}

/** What it ended with by itself; undefined while it goes on. */
async function failureOf({ ended }: Following): Promise<unknown> {
  const goesOn = Symbol('goes on');
  try {
    const first = await Promise.race([ended, Promise.resolve(goesOn)]);
    if (first === goesOn) return undefined;
  } catch (error) {
    return error;
  }
  return new ZeroshiftError('the target is not kept equal to the source any more', {
    code: 'cluster.unavailable',
    source: 'outside',
  });
}

const nameOf = ({ kind, namespace, name }: FollowStatus['open'][number]): string =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;

/** What the journal keeps of a status. */
export const readingOf = ({
  begun,
  level,
  lagMs,
  missing,
  pending,
  open,
  unheard,
  written,
}: FollowStatus): FollowReading => ({
  begun,
  level,
  lagMs,
  behind: [
    ...missing,
    ...pending.filter(() => missing.length === 0),
    ...unheard.map((kind) => `${kind}, not heard of`),
  ].slice(0, named),
  open: [
    ...open.slice(0, named).map((one) => `${nameOf(one)}: ${one.why}`),
    ...(open.length > named ? [`${open.length - named} more`] : []),
  ],
  written,
});
