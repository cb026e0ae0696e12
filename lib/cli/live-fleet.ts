import type { CutoverPlan, CutoverPorts, OperationProps, RunResult } from '../cutover/index.ts';
import { cutoverFiles, stateOfTable } from '../cutover/index.ts';
import type { Fleet, Locator } from '../fleet/index.ts';
import { exitCodes } from '../messages/error.ts';
import { connect } from './connect.ts';
import { sayRecord } from './cutover-events.ts';
import { interruption } from './interruption.ts';
import type { LiveOptions, LocatedOptions } from './options.ts';
import type { Output } from './output.ts';

/** A fleet and where its live parts are. */
export interface LocatedFleet {
  /** As it was defined. */
  readonly fleet: Fleet;
  readonly locator: Locator;
  /** Where plans, journals and the lease are kept. */
  readonly state: string;
}

/** A fleet with its live parts. */
export interface LiveFleet {
  /** With the times of a rehearsal, where the locator leads to one. */
  readonly fleet: Fleet;
  /** The fleet as it was defined: what its manifests are made of. */
  readonly definition: Fleet;
  readonly locator: Locator;
  readonly ports: CutoverPorts;
  /** Where plans, journals and the lease are kept. */
  readonly state: string;
}

type StateOptions = LocatedOptions & Pick<LiveOptions, 'state'>;

/** A folder of the working directory. */
const usualState = '.zeroshift';

/** Loads fleet and locator. */
export async function locatedFleet(options: StateOptions): Promise<LocatedFleet> {
  const { loadFleet, readLocatorFile } = await import('../fleet/index.ts');
  const fleet = await loadFleet(options.fleet);
  const file = options.locator ?? process.env.ZEROSHIFT_LOCATOR;
  const locator =
    file === undefined
      ? await (await import('../fleet/locator-ssm.ts')).readLocatorFromSsm(fleet)
      : await readLocatorFile(file, fleet);
  const { journal } = locator;
  if (options.state !== undefined || journal === undefined)
    return { fleet, locator, state: options.state ?? usualState };
  const { table: name, ...place } = journal;
  return { fleet, locator, state: stateOfTable({ name, ...place }) };
}

/** Loads fleet and locator and connects to where it leads. */
export async function liveFleet(options: StateOptions): Promise<LiveFleet> {
  const { fleet, locator, state } = await locatedFleet(options);
  // Only a rehearsal has a control plane of its own, and there minutes are seconds.
  const { rehearsalFleet } = await import('../rehearsal/rehearsal-fleet.ts');
  const timed = locator.accelerator.controlPlane === undefined ? fleet : rehearsalFleet(fleet);
  return { fleet: timed, definition: fleet, locator, ports: await connect(locator, fleet), state };
}

/** Runs an operation on a cutover and says what happens; Ctrl-C stops it before its next effect. */
export async function operate(
  output: Output,
  { ports, state }: Pick<LiveFleet, 'ports' | 'state'>,
  plan: CutoverPlan,
  operation: (props: OperationProps) => Promise<RunResult | undefined>,
): Promise<number> {
  const stop = interruption();
  let waiting = '';
  let records = 0;
  try {
    const result = await operation({
      plan,
      ports,
      state,
      files: cutoverFiles(state, plan),
      signal: stop.signal,
      onRecord: (record, now) => {
        records++;
        sayRecord(output.say, plan, record, now);
      },
      onWait: (reason) => {
        if (reason !== waiting) output.say('cutover.waiting', { reason });
        waiting = reason;
      },
    });
    if (result?.interrupted)
      output.say('cutover.interrupted', {
        plan: plan.id,
        next: 'zeroshift cutover --resume, or zeroshift rollback',
      });
    else if (result !== undefined && records === 0)
      output.say('cutover.unchanged', { plan: plan.id, status: result.state.status });
    return result?.exit ?? exitCodes.done;
  } finally {
    stop.done();
  }
}
