import { join } from 'node:path';
import {
  type CutoverFiles,
  type CutoverPlan,
  type CutoverPorts,
  finalizeCutover,
  type JournalRecord,
  makePlan,
  type OperationProps,
  readJournal,
  replay,
  savePlan,
  serviceCount,
  startCutover,
} from '../cutover/index.ts';
import type { Fleet } from '../fleet/index.ts';
import { type ExitCode, exitCodes, ZeroshiftError } from '../messages/index.ts';
import { writeRunbook } from '../runbook/index.ts';
import { faultStep } from './fault.ts';
import type { LoadRun } from './load/index.ts';
import type { RehearsalProps } from './rehearse.ts';
import type { World } from './world/index.ts';

/** What the cutover of a rehearsal came to. */
export interface RehearsedCutover {
  readonly plan: CutoverPlan;
  readonly files: CutoverFiles;
  readonly records: readonly JournalRecord[];
  readonly exit: ExitCode;
  readonly outcome: 'completed' | 'rolled-back' | 'held';
}

/** Where the cutovers of a rehearsal keep their state. */
export const stateDirectory = (directory: string): string => join(directory, 'state');

const faultText = ({ foreign }: World, colour: string): string =>
  foreign
    ? `${colour} gets a bad release now, and answers errors as its pods become ready`
    : `from now on ${colour} answers errors`;

/** Plans, runs and finalizes a cutover as an operator would, while the load is told in which step it is. */
export async function runRehearsedCutover(
  props: RehearsalProps & { readonly fleet: Fleet; readonly end: (reason: unknown) => void },
  world: World,
  ports: CutoverPorts,
  load: LoadRun,
): Promise<RehearsedCutover> {
  const { say, fault } = props;
  const state = stateDirectory(props.directory);
  const plan = await makePlan(props.fleet, world.locator, ports);
  const files = await savePlan(state, plan);
  await writeRunbook(files.runbook, plan, world.locator);
  const steps = plan.steps.map(({ id }) => id);
  say('plan.made', {
    plan: plan.id,
    digest: plan.digest,
    from: plan.from,
    to: plan.to,
    services: serviceCount(plan),
    steps,
    file: files.plan,
  });
  const faulty = fault === undefined ? undefined : faultStep(plan);
  const operation: OperationProps = {
    plan,
    ports,
    state,
    files,
    signal: props.signal,
    onWait: props.onWait,
    onRecord: (record, current) => {
      const { event } = record;
      if (event.type === 'step-entered') load.setPhase(event.step);
      if (event.type === 'rollback-begun') load.setPhase('rollback');
      props.onRecord(plan, record, current);
      if (event.type === 'step-entered' && event.step === faulty?.id) {
        // Before anybody can see an error.
        say('rehearsal.fault', { fault: 'bad-green', text: faultText(world, plan.to) });
        world.setFault(plan.to, 'errors').catch(props.end);
      }
    },
  };
  let result = await startCutover(operation);
  if (result.exit === exitCodes.done && !result.interrupted) result = await finalizeCutover(operation);
  if (result.interrupted)
    throw new ZeroshiftError('the rehearsal was interrupted', {
      code: 'rehearsal.interrupted',
      source: 'user',
      exitCode: 1,
    });
  const records = await readJournal(files.journal);
  const { status, held } = replay(plan, records);
  return {
    plan,
    files,
    records,
    exit: result.exit,
    outcome: status === 'rolled-back' ? 'rolled-back' : held === undefined ? 'completed' : 'held',
  };
}
