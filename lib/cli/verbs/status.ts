import { cutoverStatus, findNewestPlan } from '../../cutover/index.ts';
import { exitCodes } from '../../messages/error.ts';
import type { EventData } from '../../messages/index.ts';
import { cutoverLine } from '../cutover-line.ts';
import { interruption } from '../interruption.ts';
import { type LiveFleet, liveFleet } from '../live-fleet.ts';
import type { LiveOptions } from '../options.ts';
import type { Output } from '../output.ts';

/** Milliseconds between two looks with `--watch`. */
const lookEvery = 1_000;

/** `zeroshift status`: the weights now, and the last cutover; with `--watch` whatever changes, until it has ended. */
export async function statusVerb(
  output: Output,
  options: LiveOptions & { readonly watch?: boolean },
): Promise<number> {
  const live = await liveFleet(options);
  const stop = interruption(output.readerGone);
  let last = '';
  try {
    for (;;) {
      const seen = await look(live);
      const text = JSON.stringify(seen);
      if (text !== last) say(output, seen);
      last = text;
      const over = !seen.atWork;
      if (options.watch !== true || over || stop.signal.aborted) return exitCodes.done;
      await live.ports.clock.sleep(lookEvery, stop.signal);
      if (stop.signal.aborted) return exitCodes.done;
    }
  } finally {
    stop.done();
  }
}

interface Seen {
  readonly fleet: EventData<'status.fleet'>;
  /** @default - there is no plan yet */
  readonly cutover?: EventData<'status.cutover'>;
  /** Whether a process is at work on a cutover that is not over. */
  readonly atWork: boolean;
}

const ended = ['completed', 'rolled-back', 'finalized'];

async function look({ fleet, locator, ports, state }: LiveFleet): Promise<Seen> {
  const deployment = await ports.traffic.status(locator.accelerator.arn);
  const regions = await Promise.all(
    locator.regions.map(async ({ region, endpointGroupArn, colours }) => {
      const { endpoints } = await ports.traffic.readGroup(endpointGroupArn);
      const of = (arn: string) => endpoints.find(({ id }) => id === arn);
      const [blue, green] = [of(colours.blue.entrance.arn), of(colours.green.entrance.arn)];
      return {
        region,
        blue: blue?.weight ?? 0,
        green: green?.weight ?? 0,
        deployment,
        health: { blue: blue?.health ?? 'not registered', green: green?.health ?? 'not registered' },
      };
    }),
  );
  const sums = { blue: 0, green: 0 };
  for (const region of regions) {
    sums.blue += region.blue;
    sums.green += region.green;
  }
  const live = sums.blue === sums.green ? null : sums.blue > sums.green ? 'blue' : 'green';
  const said = { fleet: fleet.name, live, regions };
  const found = await findNewestPlan(state, fleet.name);
  if (found === undefined) return { fleet: said, atWork: false };
  const { state: now, holder } = await cutoverStatus(state, found.plan, found.files);
  return {
    fleet: said,
    cutover: cutoverLine(found.plan, now, holder),
    atWork: holder !== undefined && !ended.includes(now.status),
  };
}

function say(output: Output, { fleet, cutover }: Seen): void {
  output.say('status.fleet', fleet);
  if (cutover === undefined) output.say('status.none', { fleet: fleet.fleet });
  else output.say('status.cutover', cutover);
}
