import { resumeCommand } from '../../cutover/decision.ts';
import {
  type CutoverPlan,
  type CutoverState,
  cutoverStatus,
  findNewestPlan,
  singletonText,
} from '../../cutover/index.ts';
import { exitCodes } from '../../messages/error.ts';
import type { EventData } from '../../messages/index.ts';
import { liveFleet } from '../live-fleet.ts';
import type { LiveOptions } from '../options.ts';
import type { Output } from '../output.ts';

const nextOf: Readonly<Record<string, string | null>> = {
  new: 'zeroshift cutover',
  forward: resumeCommand,
  completed: 'zeroshift finalize, or zeroshift rollback',
  'rolling-back': 'zeroshift rollback',
  'rolled-back': null,
  finalizing: 'zeroshift finalize',
  finalized: null,
};

/** `zeroshift status`: the weights now, and the last cutover. */
export async function statusVerb(output: Output, options: LiveOptions): Promise<number> {
  const { fleet, locator, ports } = await liveFleet(options);
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
  output.say('status.fleet', { fleet: fleet.name, live, regions });
  const found = await findNewestPlan(options.state, fleet.name);
  if (found === undefined) {
    output.say('status.none', { fleet: fleet.name });
    return exitCodes.done;
  }
  const { state, holder } = await cutoverStatus(options.state, found.plan, found.files);
  output.say('status.cutover', {
    plan: found.plan.id,
    status: state.status,
    step: state.status === 'forward' ? (found.plan.steps[state.step]?.id ?? null) : null,
    held: state.held?.text ?? null,
    next: holder === undefined ? (state.held?.next ?? nextOf[state.status] ?? null) : null,
    lease: holder === undefined ? null : `${holder.user} on ${holder.host}, process ${holder.pid}`,
    ...placedSingletons(found.plan, state),
  });
  return exitCodes.done;
}

/** On which colour the singletons of a plan are, as its journal tells it. */
function placedSingletons(
  { regions, from, to }: CutoverPlan,
  state: CutoverState,
): Pick<EventData<'status.cutover'>, 'singletons'> {
  const placed = regions.flatMap(({ region, singletons = [] }) => {
    const handOver = state.regions[region]?.handOver;
    const on = handOver === 'begun' ? null : handOver === 'over' ? to : from;
    return singletons.length === 0 ? [] : [{ region, names: singletons.map(singletonText), on }];
  });
  return placed.length === 0 ? {} : { singletons: placed };
}
