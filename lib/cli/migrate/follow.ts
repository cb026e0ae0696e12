import { createKubernetesCluster } from '../../clusters/index.ts';
import { exitCodes, ZeroshiftError } from '../../messages/error.ts';
import { applyMigration } from '../../migration/apply/index.ts';
import {
  type Following,
  type FollowSummary,
  type FollowTimes,
  startFollowing,
} from '../../migration/follow/index.ts';
import { interruption } from '../interruption.ts';
import type { OutputOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { named, sayNews, seconds } from './follow-news.ts';
import { refuseLiveTarget } from './one-actor.ts';
import type { MigrateOptions } from './options.ts';
import { planRegion, type Scene, type SceneRegion, scopeOf } from './scene.ts';

/** Milliseconds, for tests. */
export interface FollowPartTimes extends Partial<FollowTimes> {
  /** Between two looks at who has the traffic. @default 15000 */
  readonly weightsMs?: number;
}

/** Milliseconds between two words on the lag. */
const lagEvery = 1000;

/** A region that is followed, and why it ended. */
interface Part {
  readonly region: string;
  readonly following: Following;
  because: 'stopped' | 'target-live';
}

/**
 * `zeroshift migrate --follow`: keeps the target equal to the source in all regions, until it is interrupted, or the target
 * has all of a region's traffic. It holds no lease, so that a cutover can run beside it.
 * @returns 0 when at the end each region had everything, 1 when one was behind, or something could not come over
 * @throws ZeroshiftError `migrate.target-live`, `cluster.unauthorized`, and what reading the weights throws
 */
export async function followPart(
  scene: Scene,
  options: MigrateOptions & OutputOptions,
  output: Output,
  times: FollowPartTimes = {},
): Promise<number> {
  await refuseLiveTarget(scene);
  const stop = interruption(output.readerGone);
  const parts = scene.regions.map((region) => begin(scene, region, options, output, times));
  const endAll = (): void => {
    for (const { following } of parts) void following.end().catch(() => undefined);
  };
  stop.signal.addEventListener('abort', endAll, { once: true });
  if (stop.signal.aborted) endAll();
  const lag = setInterval(sayLag(output, parts), lagEvery);
  const weights = setInterval(() => void endWhereOver(scene, parts), times.weightsMs ?? 15_000);
  try {
    const summaries = await Promise.all(parts.map((part) => ended(scene, part, output)));
    const isEqual = summaries.every(({ level, open }) => level && open.length === 0);
    return isEqual ? exitCodes.done : exitCodes.error;
  } finally {
    clearInterval(lag);
    clearInterval(weights);
    // One that failed leaves no other behind.
    endAll();
    await Promise.allSettled(parts.map(({ following }) => following.ended));
    stop.done();
  }
}

function begin(
  scene: Scene,
  region: SceneRegion,
  options: MigrateOptions,
  { say }: Output,
  times: FollowPartTimes,
): Part {
  const { from, to } = scene;
  const source = createKubernetesCluster(region.colours[from].cluster);
  const { target } = region;
  const scope = scopeOf(options);
  say('follow.started', { region: region.region, from, to });
  const { weightsMs: _weights, ...followTimes } = times;
  const following = startFollowing({
    source,
    target,
    plan: (namespaces) =>
      planRegion(scene, region, { ...scope, ...(namespaces === undefined ? {} : { namespaces }) }),
    apply: (plan, signal) => applyMigration({ plan, source, target, signal }),
    ...(scope?.namespaces === undefined ? {} : { namespaces: scope.namespaces }),
    onNews: (news) => sayNews(say, scene, region.region, news),
    times: followTimes,
  });
  return { region: region.region, following, because: 'stopped' };
}

/** Says how far all regions are, while one is behind and when something changed. */
function sayLag({ say }: Output, parts: readonly Part[]): () => void {
  let last = '';
  return () => {
    const regions = parts.map(({ region, following }) => {
      const { lagMs, level, working, pending, written, open, left } = following.status();
      return {
        region,
        lagSeconds: seconds(lagMs),
        level,
        working: working.length,
        pending: pending.length,
        written,
        open: open.length,
        left: left.length,
      };
    });
    const text = JSON.stringify(regions);
    if (text === last) return;
    last = text;
    say('follow.lag', { lagSeconds: Math.max(0, ...regions.map(({ lagSeconds }) => lagSeconds)), regions });
  };
}

/** Where the source has no traffic any more, what is still written there is not meant for the target. */
async function endWhereOver(scene: Scene, parts: readonly Part[]): Promise<void> {
  for (const region of scene.regions) {
    const part = parts.find((one) => one.region === region.region);
    if (part === undefined || part.because === 'target-live') continue;
    const isOver = await refuseLiveTarget({ ...scene, regions: [region] }).then(
      () => false,
      (error: unknown) => ZeroshiftError.is(error) && error.code === 'migrate.target-live',
    );
    if (!isOver) continue;
    part.because = 'target-live';
    await part.following.end().catch(() => undefined);
  }
}

async function ended({ from, to }: Scene, part: Part, { say }: Output): Promise<FollowSummary> {
  const summary = await part.following.ended;
  const { level: complete, lagMs, missing, open, left, written, tookMs } = summary;
  say('follow.ended', {
    region: part.region,
    from,
    to,
    because: part.because,
    complete,
    lagSeconds: seconds(lagMs),
    missing: missing.slice(0, named),
    open: open.length,
    left: left.length,
    written,
    seconds: seconds(tookMs),
  });
  return summary;
}
