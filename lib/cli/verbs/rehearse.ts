import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultFleetFile, loadFleet } from '../../fleet/index.ts';
import { eventText, type SaidEvent, type Say, ZeroshiftError } from '../../messages/index.ts';
import { nearest } from '../../messages/nearest.ts';
import {
  chooseContexts,
  type Fault,
  faults,
  inThreads,
  rehearse,
  stateDirectory,
  type World,
} from '../../rehearsal/index.ts';
import { connect } from '../connect.ts';
import { sayRecord } from '../cutover-events.ts';
import { interruption } from '../interruption.ts';
import type { FleetOptions } from '../options.ts';
import type { Output } from '../output.ts';

export interface RehearseOptions extends FleetOptions {
  readonly fault?: string;
  /** Two contexts of a kubeconfig, blue's first, with a comma between them. */
  readonly contexts?: string;
  readonly kubeconfig?: string;
  readonly keep?: boolean;
  readonly out?: string;
  readonly seed: string;
}

/** `zeroshift rehearse`: a whole cutover on this machine, or on two clusters that contexts lead to. */
export async function rehearseVerb(output: Output, options: RehearseOptions): Promise<number> {
  const fault = faultOf(options.fault);
  const seed = seedOf(options.seed);
  const contexts = await contextsOf(options);
  const file = options.fleet ?? (existsSync(defaultFleetFile) ? defaultFleetFile : exampleFleet());
  const fleet = await loadFleet(file, {
    onIgnored: (name) => output.say('services.ignored', { file: name }),
  });
  const directory =
    options.out ?? join('.zeroshift', 'rehearsals', new Date().toISOString().replace(/[:.]/g, '-'));
  const events: { at: number; code: string; text: string }[] = [];
  let over = false;
  const cleaning = new Map<string, number>();
  const say: Say = (code, data) => {
    // What was left alone when the rehearsal had to end has nothing to say any more.
    if (over) return;
    const at = Date.now();
    if (code !== 'rehearsal.second' && code !== 'cutover.waiting')
      events.push({
        at,
        code,
        text: eventText({ event: code, at: '', level: 'info', ...data } as unknown as SaidEvent),
      });
    output.say(code, data);
    followCleaning(cleaning, { event: code, ...data } as unknown as SaidEvent);
  };
  let waiting = '';
  // It is there for whoever looks at it: when nobody does any more, it ends.
  const stop = interruption(output.readerGone, () => {
    const left = leftIn(contexts !== undefined, cleaning);
    if (left !== undefined) say('rehearsal.abandoned', { left });
    output.close();
  });
  try {
    return await rehearse({
      fleet,
      directory,
      seed,
      ...(fault === undefined ? {} : { fault }),
      start: inThreads,
      ...(contexts === undefined ? {} : { contexts }),
      connect,
      say,
      said: () => events,
      onRecord: (plan, record, state) => sayRecord(say, plan, record, state),
      onWait: (reason) => {
        if (reason !== waiting) say('cutover.waiting', { reason });
        waiting = reason;
      },
      signal: stop.signal,
      ...(options.keep
        ? { keep: (world, hosts, load) => sayKept(output, file, directory, world, hosts, load) }
        : {}),
    });
  } finally {
    over = true;
    stop.done();
  }
}

/** Keeps what is still there of what was made, by cluster; 0 once it is clean. */
function followCleaning(cleaning: Map<string, number>, said: SaidEvent): void {
  if (said.event !== 'rehearsal.cleaning' && said.event !== 'rehearsal.cleaned') return;
  if (said.what === 'made') cleaning.set(said.cluster, said.left.length);
}

/** What is left when a rehearsal ends now: undefined for nothing, null for all that was made. */
function leftIn(
  contexts: boolean,
  cleaning: ReadonlyMap<string, number>,
): Readonly<Record<string, number>> | null | undefined {
  if (!contexts) return undefined;
  if (cleaning.size === 0) return null;
  const left = [...cleaning].filter(([, objects]) => objects > 0);
  return left.length === 0 ? undefined : Object.fromEntries(left);
}

/** Says how a world that stays up is used from another terminal. */
function sayKept(
  output: Output,
  fleet: string,
  directory: string,
  world: World,
  hosts: readonly string[],
  load: { readonly rate: number; readonly maxDurationMs: number },
): void {
  // What scrolls by from now on is somebody else's cutover: the view of this one is over.
  output.close();
  const { locator, clusters } = world;
  const port = Object.keys(locator.accelerator.addresses)[0] ?? '80';
  output.say('rehearsal.kept', {
    kubeconfigs: { blue: clusters.blue.kubeconfig, green: clusters.green.kubeconfig },
    contexts: { blue: clusters.blue.context, green: clusters.green.context },
    accelerator: locator.accelerator.addresses,
    entrances: {
      blue: clusters.blue.entrance.addresses[port] ?? '',
      green: clusters.green.entrance.addresses[port] ?? '',
    },
    controlPlane: locator.accelerator.controlPlane ?? '',
    locator: world.locatorFile,
    state: resolve(stateDirectory(directory)),
    fleet: resolve(fleet),
    hosts,
    rate: load.rate,
    minutes: load.maxDurationMs / 60_000,
  });
}

/** The example that comes with this package, from the sources as from the built command. */
function exampleFleet(): string {
  for (const up of ['../../..', '../..', '..', '../../../..']) {
    const file = fileURLToPath(new URL(`${up}/examples/shop/fleet.config.ts`, import.meta.url));
    if (existsSync(file)) return file;
  }
  return defaultFleetFile;
}

function faultOf(given: string | undefined): Fault | undefined {
  const known: readonly string[] = faults;
  if (given === undefined || known.includes(given)) return given as Fault | undefined;
  const near = nearest(given, faults);
  throw new ZeroshiftError('there is no such fault', {
    code: 'usage.fault',
    source: 'user',
    problems: [{ where: '--fault', value: given, allowed: faults.join(', ') }],
    ...(near === undefined ? {} : { action: `did you mean ${near}?` }),
  });
}

function contextsOf({
  contexts,
  kubeconfig,
}: RehearseOptions): ReturnType<typeof chooseContexts> | undefined {
  if (contexts !== undefined) return chooseContexts(contexts, kubeconfig);
  if (kubeconfig === undefined) return undefined;
  throw new ZeroshiftError('a kubeconfig alone says not which clusters are meant', {
    code: 'usage.contexts',
    source: 'user',
    problems: [{ where: '--contexts', value: undefined, allowed: "two contexts: blue's, a comma, green's" }],
  });
}

function seedOf(given: string): number {
  const seed = Number(given);
  if (/^\d+$/.test(given) && Number.isSafeInteger(seed)) return seed;
  throw new ZeroshiftError('this is no seed', {
    code: 'usage.seed',
    source: 'user',
    problems: [{ where: '--seed', value: given, allowed: 'a whole number, 0 or more' }],
  });
}
