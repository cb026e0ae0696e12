import { expect, it } from 'vitest';
import { savePlan } from '../../../lib/cutover/cutover-directory.ts';
import { commandCutover } from '../../../lib/cutover/hands-on.ts';
import { readJournal } from '../../../lib/cutover/journal.ts';
import {
  cutoverStatus,
  type OperationProps,
  resumeCutover,
  rollbackCutover,
  startCutover,
} from '../../../lib/cutover/operate.ts';
import { SimulatedWorld, type WorldOptions } from '../../helpers/simulated-world.ts';
import { temporaryDirectories } from '../../helpers/temporary-directory.ts';

const directory = temporaryDirectories();

async function prepared(cutover: WorldOptions['cutover'] = {}) {
  const world = await new SimulatedWorld({
    shares: [50, 100],
    cutover: { bake: '5s', patience: '20s', hold: '2s', ...cutover },
  }).settle();
  const plan = await world.plan();
  const state = await directory();
  const files = await savePlan(state, plan);
  const props: OperationProps = { plan, ports: world.ports, state, files };
  return { world, plan, props };
}

/** Runs until the journal holds such an event, and stops. */
async function runUntil(props: OperationProps, type: string, run = startCutover): Promise<void> {
  const stop = new AbortController();
  const onRecord: OperationProps['onRecord'] = ({ event }) => {
    if (event.type === type) stop.abort();
  };
  expect(await run({ ...props, onRecord, signal: stop.signal })).toMatchObject({ interrupted: true });
}

const last = async ({ files }: OperationProps) => (await readJournal(files.journal)).at(-1)?.event;

it('writes commands into the journal where no process is at work, for the one that goes on', async () => {
  const { plan, props } = await prepared({ approvals: ['shift-100'] });
  await expect(commandCutover(props, 'pause')).rejects.toMatchObject({ code: 'cutover.not-begun' });
  await runUntil(props, 'approval-awaited');
  expect(await commandCutover(props, 'pause')).toMatchObject({ atWork: false });
  expect(await last(props)).toMatchObject({ type: 'paused' });
  // A pause outlives the process; an approval can come meanwhile.
  const stop = new AbortController();
  const waiting: string[] = [];
  const onWait = (reason: string): void => {
    waiting.push(reason);
    if (waiting.length > 3) stop.abort();
  };
  expect(await resumeCutover({ ...props, onWait, signal: stop.signal })).toMatchObject({ interrupted: true });
  expect(waiting[0]).toContain('zeroshift resume');
  expect(await commandCutover(props, 'approve')).toMatchObject({ event: { step: 'eu-west-1/shift-100' } });
  expect(await commandCutover(props, 'resume')).toMatchObject({ atWork: false });
  expect(await resumeCutover(props)).toMatchObject({ exit: 0, state: { status: 'completed' } });
  expect(plan.approvals).toEqual(['eu-west-1/shift-100']);
});

it('refuses what cannot help, with the reason, and writes nothing', async () => {
  const { props } = await prepared();
  await runUntil(props, 'judged');
  const records = (await readJournal(props.files.journal)).length;
  const refused = async (command: 'promote' | 'approve' | 'resume', why: RegExp, step?: string) =>
    expect(commandCutover(props, command, step), command).rejects.toMatchObject({
      code: 'cutover.not-now',
      exitCode: 2,
      message: expect.stringMatching(why),
    });
  await refused('promote', /gates of eu-west-1\/shift-50 are judged already/);
  await refused('approve', /nothing waits for an approval/);
  await refused('approve', /eu-west-1\/drain needs no approval/, 'eu-west-1/drain');
  await refused('resume', /nobody paused it/);
  expect((await readJournal(props.files.journal)).length).toBe(records);
  await rollbackCutover(props);
  await expect(commandCutover(props, 'pause')).rejects.toMatchObject({ message: /it is rolled-back/ });
  const { holder } = await cutoverStatus(props.state, props.plan, props.files);
  expect(holder).toBeUndefined();
});

it('promotes only what a process is at work on, and asks that process', async () => {
  const { props } = await prepared({ bake: '20m', patience: '40m', hold: '20m' });
  await runUntil(props, 'step-entered');
  let begun: () => void = () => undefined;
  const watching = new Promise<void>((resolve) => {
    begun = resolve;
  });
  let samples = 0;
  const stop = new AbortController();
  const ended = resumeCutover({
    ...props,
    signal: stop.signal,
    onRecord: ({ event }) => {
      if (event.type === 'done' && event.result.kind === 'sample' && ++samples === 2) begun();
      if (event.type === 'judged') stop.abort();
    },
  });
  await watching;
  expect(await commandCutover(props, 'promote')).toMatchObject({
    atWork: true,
    event: { type: 'promoted', step: 'eu-west-1/shift-50' },
  });
  await ended;
  await expect(commandCutover(props, 'promote', 'eu-west-1/hold')).rejects.toMatchObject({
    code: 'cutover.not-now',
  });
});
