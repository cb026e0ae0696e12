import type { CutoverPlan, CutoverPorts, OperationProps, RunResult } from '../cutover/index.ts';
import { cutoverFiles } from '../cutover/index.ts';
import type { Fleet, Locator } from '../fleet/index.ts';
import { exitCodes } from '../messages/error.ts';
import { connect } from './connect.ts';
import { sayRecord } from './cutover-events.ts';
import { interruption } from './interruption.ts';
import type { LiveOptions, LocatedOptions } from './options.ts';
import type { Output } from './output.ts';

/** A fleet with its live parts. */
export interface LiveFleet {
  /** With the times of a rehearsal, where the locator leads to one. */
  readonly fleet: Fleet;
  /** The fleet as it was defined: what its manifests are made of. */
  readonly definition: Fleet;
  readonly locator: Locator;
  readonly ports: CutoverPorts;
}

/** Loads fleet and locator and connects to where it leads. */
export async function liveFleet(options: LocatedOptions): Promise<LiveFleet> {
  const { loadFleet, readLocatorFile } = await import('../fleet/index.ts');
  const fleet = await loadFleet(options.fleet);
  const file = options.locator ?? process.env.ZEROSHIFT_LOCATOR;
  const locator =
    file === undefined
      ? await (await import('../fleet/locator-ssm.ts')).readLocatorFromSsm(fleet)
      : await readLocatorFile(file, fleet);
  // Only a rehearsal has a control plane of its own, and there minutes are seconds.
  const { rehearsalFleet } = await import('../rehearsal/rehearsal-fleet.ts');
  const timed = locator.accelerator.controlPlane === undefined ? fleet : rehearsalFleet(fleet);
  return { fleet: timed, definition: fleet, locator, ports: await connect(locator, fleet) };
}

/** Runs an operation on a cutover and says what happens; Ctrl-C stops it before its next effect. */
export async function operate(
  output: Output,
  options: Pick<LiveOptions, 'state'>,
  plan: CutoverPlan,
  ports: CutoverPorts,
  operation: (props: OperationProps) => Promise<RunResult | undefined>,
): Promise<number> {
  const stop = interruption();
  let waiting = '';
  let records = 0;
  try {
    const result = await operation({
      plan,
      ports,
      state: options.state,
      files: cutoverFiles(options.state, plan),
      signal: stop.signal,
      onRecord: (record, state) => {
        records++;
        sayRecord(output.say, plan, record, state);
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
