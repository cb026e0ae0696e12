import { exitCodes } from '../../messages/error.ts';
import {
  type ApplyResult,
  applyMigration,
  openNamespaces,
  type ServiceName,
  type WaitResult,
  waitUntilReady,
} from '../../migration/apply/index.ts';
import { type MigrationPlan, type RegionPlan, sumsOf } from '../../migration/plan/index.ts';
import { interruption } from '../interruption.ts';
import type { OutputOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { refuseWhatIsInTheWay } from './in-the-way.ts';
import { asOneActor, refuseLiveTarget } from './one-actor.ts';
import type { MigrateOptions } from './options.ts';
import { freshPlan, readPlanFile } from './plan-file.ts';
import { sayProgress, seldom } from './progress.ts';
import { planAll, type Scene, type SceneRegion, scopeOf } from './scene.ts';

/** Milliseconds of the waits, for tests. */
export type WaitTimes = Partial<Readonly<Record<'timeoutMs' | 'failedMs', number>>>;

/**
 * `zeroshift migrate`: makes the target hold what the source holds, and waits until its services are ready.
 * @returns 0 when all is done, 1 when something could not be made, is in conflict or not ready, or it was interrupted
 * @throws ZeroshiftError `lease.held` (exit 6), `migrate.target-live`, `migrate.in-the-way`, `migrate.stale-plan` (exit 7)
 * and what a plan throws
 */
export async function applyAll(
  scene: Scene,
  options: MigrateOptions & OutputOptions,
  output: Output,
  times: WaitTimes = {},
): Promise<number> {
  const given = options.plan === undefined ? undefined : await readPlanFile(options.plan);
  const stop = interruption(output.readerGone);
  try {
    return await asOneActor(scene.state, scene.fleet.name, async (check) => {
      await refuseLiveTarget(scene);
      const plan =
        given === undefined ? await planAll(scene, scopeOf(options)) : await freshPlan(scene, given);
      refuseWhatIsInTheWay(output.say, plan);
      const opened = await openAll(scene, plan, stop.signal);
      refuseWhatIsInTheWay(output.say, opened, 'nothing but namespaces was made');
      let exit: number = exitCodes.done;
      for (const regionPlan of opened.regions) {
        const region = scene.regions.find((one) => one.region === regionPlan.region);
        if (region === undefined || stop.signal.aborted) continue;
        await check();
        const isDone = await applyRegion({
          scene,
          region,
          plan: regionPlan,
          output,
          signal: stop.signal,
          times,
        });
        if (!isDone) exit = exitCodes.error;
      }
      if (!stop.signal.aborted) return exit;
      output.say('migrate.interrupted', { next: 'run the same command again: it goes on where it stopped' });
      return exitCodes.error;
    });
  } finally {
    stop.done();
  }
}

/** Makes namespaces that are new, so that the targets can be asked for what is to be in them. */
async function openAll(scene: Scene, plan: MigrationPlan, signal: AbortSignal): Promise<MigrationPlan> {
  const regions: RegionPlan[] = [];
  for (const one of plan.regions) {
    const there = scene.regions.find(({ region }) => region === one.region);
    const { source, target } = there ?? {};
    const isOpened = source !== undefined && target !== undefined && !signal.aborted;
    regions.push(isOpened ? await openNamespaces({ plan: one, source, target, signal }) : one);
  }
  return { ...plan, regions };
}

interface RegionProps {
  readonly scene: Scene;
  readonly region: SceneRegion;
  readonly plan: RegionPlan;
  readonly output: Output;
  readonly signal: AbortSignal;
  readonly times: WaitTimes;
}

/** Whether everything is there, and ready where it is on the source. */
async function applyRegion({ scene, region, plan, output, signal, times }: RegionProps): Promise<boolean> {
  const { from, to } = scene;
  const { source, target, region: name } = region;
  const began = Date.now();
  const { create, update, unchanged } = sumsOf([plan]);
  output.say('migrate.started', { from, to, region: name, create, update, unchanged });
  const result = await applyMigration({
    plan,
    source,
    target,
    signal,
    onProgress: sayProgress(output.say, name),
  });
  const waited = result.interrupted
    ? undefined
    : await waitUntilReady({
        target,
        ...(scene.file === undefined ? { source } : {}),
        services: servicesIn(result),
        onWait: sayWaiting(output, name, servicesIn(result).length),
        signal,
        ...times,
      });
  // Who stopped it knows that not all was waited for.
  if (!signal.aborted) sayUnready(output, name, waited);
  output.say('migrate.finished', {
    region: name,
    from,
    to,
    ...result.sums,
    ready: waited?.ready ?? null,
    notReady: waited?.unready.length ?? 0,
    notReadyOnBoth: waited?.unreadyOnBoth.length ?? 0,
    seconds: Math.round((Date.now() - began) / 100) / 10,
  });
  const { conflict, failed, skipped } = result.sums;
  return conflict + failed + skipped === 0 && waited !== undefined && waited.unready.length === 0;
}

/** Those that are as planned now. */
const servicesIn = ({ objects }: ApplyResult): ServiceName[] =>
  objects
    .filter(({ apiVersion, kind }) => kind === 'Service' && apiVersion.startsWith('serving.knative.dev/'))
    .filter(({ outcome }) => outcome === 'applied' || outcome === 'unchanged')
    .map(({ namespace = '', name }) => ({ namespace, name }));

/** Services that are named while they are waited for. */
const named = 3;

function sayWaiting(output: Output, region: string, of: number) {
  const mayNow = seldom();
  return (ready: number, waiting: readonly (ServiceName & { readonly why: string })[]): void => {
    if (mayNow())
      output.say('migrate.waiting', {
        region,
        ready,
        of,
        first: waiting.slice(0, named).map(({ namespace, name, why }) => `${namespace}/${name}: ${why}`),
      });
  };
}

function sayUnready(output: Output, region: string, waited: WaitResult | undefined): void {
  for (const service of waited?.unready ?? [])
    output.say('migrate.not-ready', { region, ...service, onBoth: false });
  for (const service of waited?.unreadyOnBoth ?? [])
    output.say('migrate.not-ready', { region, ...service, onBoth: true });
}
