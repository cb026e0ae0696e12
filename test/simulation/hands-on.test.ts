import { expect, it } from 'vitest';
import type { JournalEvent } from '../../lib/cutover/journal-event.ts';
import type { Mail } from '../../lib/cutover/mailbox.ts';
import type { HookTold } from '../../lib/cutover/ports.ts';
import { Case } from '../helpers/simulated-case.ts';

/** What people and their tools do to a cutover, case by case; every run is checked against the invariants. */

const region = 'eu-west-1';
const by = { user: 'ada', host: 'elsewhere', pid: 7 };
const tell = (one: Case, mail: Omit<Mail, 'by'>): void => one.tell({ by, ...mail });
const kinds = (events: readonly JournalEvent[]): string[] =>
  events.map((event) =>
    event.type === 'done' ? event.result.kind : event.type === 'step-entered' ? event.step : event.type,
  );
const at = (one: Case, what: string): number => {
  const index = kinds(one.events).lastIndexOf(what);
  if (index < 0) throw new Error(`no ${what} in ${kinds(one.events).join()}`);
  return index;
};
const foreign = (one: Case, blue: number, green: number): void => {
  const arn = one.world.groupArn(region);
  const before = one.world.accelerator.group(arn).endpoints;
  const target = one.world.entrance(region, 'green');
  one.checker.onForeignChange(arn, before);
  one.world.accelerator.set(
    arn,
    before.map((endpoint) => ({ ...endpoint, weight: endpoint.id === target ? green : blue })),
  );
};

it('follows from the migration to finalize, and again in each process that goes on', async () => {
  const one = await Case.of({ shares: [50, 100] });
  one.world.followed = true;
  expect(await one.run('start', { what: /^record judged/, fault: 'crash-before' })).toBe('crashed');
  expect(at(one, 'follow')).toBeLessThan(at(one, `${region}/floors`));
  expect(await one.run('resume')).toMatchObject({ exit: 0, status: 'completed' });
  expect(kinds(one.events).filter((kind) => kind === 'follow').length).toBe(2);
  // Before each share it was asked how far the target is.
  const first = one.events.findIndex(
    (event) => event.type === 'issued' && event.command.kind === 'set-weights',
  );
  expect(kinds(one.events).indexOf('follow-status')).toBeLessThan(first);
  one.world.clock.advance(200_000);
  expect(await one.run('finalize')).toMatchObject({ exit: 0 });
  expect(one.state.regions[region]?.following?.is).toBe('ended');
});

it('gives no share to a target that is behind, and says what it lacks; or what a person has to settle', async () => {
  const one = await Case.of({ shares: [100] });
  one.world.followed = true;
  one.world.behind.set(region, { level: false, lagMs: 500_000, behind: ['Service shop/late'] });
  expect(await one.run('start')).toMatchObject({ exit: 1, held: 'cutover.not-level' });
  expect(one.state.held?.text).toContain('Service shop/late');
  expect(one.weights()).toEqual([100, 0]);
  one.world.behind.set(region, { open: ['Service shop/cart: spec is argocd’s'] });
  expect(await one.run('resume')).toMatchObject({ exit: 1, held: 'cutover.follow-conflict' });
  expect(one.weights()).toEqual([100, 0]);
  // A lag that passes is only waited for; what was written meanwhile is verified.
  one.world.behind.set(region, { level: false, lagMs: 1_000 });
  one.in(10, () => one.world.behind.set(region, { written: 3 }));
  expect(await one.run('resume')).toMatchObject({ exit: 0, status: 'completed' });
  expect(at(one, 'verify')).toBeGreaterThan(kinds(one.events).lastIndexOf('follow-status'));
  expect(await one.run('rollback')).toMatchObject({ exit: 5 });
  expect(one.state.regions[region]?.following?.is).toBe('ended');
});

it('says in the journal where nobody can follow', async () => {
  const one = await Case.of({ shares: [100] });
  expect(await one.run('start')).toMatchObject({ exit: 0 });
  expect(one.state.regions[region]?.following?.is).toBe('none');
});

it('pauses: no step goes on, what has traffic is watched; resume goes on', async () => {
  const one = await Case.of({ shares: [50, 100], cutover: { bake: '5s', patience: '20s', hold: '5s' } });
  one.once(`${region}/shift-50`, 'sample', () => tell(one, { command: 'pause' }));
  one.in(300, () => {
    expect(one.weights()).toEqual([50, 50]);
    tell(one, { command: 'resume' });
  });
  expect(await one.run('start')).toMatchObject({ exit: 0, status: 'completed' });
  const [paused, unpaused] = [at(one, 'paused'), at(one, 'unpaused')];
  const meanwhile = kinds(one.events).slice(paused + 1, unpaused);
  expect(new Set(meanwhile)).toEqual(
    new Set(['sample', 'probe', 'issued'].filter((kind) => meanwhile.includes(kind))),
  );
  expect(meanwhile.filter((kind) => kind === 'sample').length).toBeGreaterThan(5);
});

it('rolls back for a gate that fails while it is paused, and waits with a pause over a crash', async () => {
  const one = await Case.of({ shares: [50, 100] });
  one.once(`${region}/shift-50`, 'sample', () => tell(one, { command: 'pause' }));
  one.in(200, () => {
    one.world.gateway(region, 'green').errorRate = 0.5;
  });
  expect(await one.run('start', { what: /^record paused/, fault: 'crash-after' })).toBe('crashed');
  expect(await one.run('resume')).toMatchObject({ exit: 5, status: 'rolled-back' });
  expect(one.state.paused).toBeUndefined();
  expect(one.weights()).toEqual([100, 0]);
});

it('cuts a bake short, but takes no verdict away', async () => {
  const long = { bake: '20m', patience: '40m', hold: '20m' } as const;
  const one = await Case.of({ shares: [50, 100], cutover: long });
  one.in(60, () => tell(one, { command: 'promote', step: `${region}/shift-50` }));
  one.in(120, () => tell(one, { command: 'promote', step: `${region}/shift-100` }));
  // One for a step that is over hits no other.
  one.in(180, () => tell(one, { command: 'promote', step: `${region}/shift-100` }));
  one.in(240, () => tell(one, { command: 'promote', step: `${region}/hold` }));
  const began = one.world.clock.now();
  expect(await one.run('start')).toMatchObject({ exit: 0, status: 'completed' });
  expect(one.world.clock.now() - began).toBeLessThan(600_000);
  expect(one.events.filter(({ type }) => type === 'refused')).toMatchObject([{ command: 'promote', by }]);
  expect(one.judgedSteps()).toEqual([`${region}/shift-50`, `${region}/shift-100`, `${region}/hold`]);

  // Without data there is nothing to promote: it goes on waiting, and holds.
  const quiet = await Case.of({
    shares: [50, 100],
    traffic: { flows: 0, requests: 0 },
    cutover: { ...long, patience: '25m' },
  });
  quiet.in(60, () => tell(quiet, { command: 'promote' }));
  expect(await quiet.run('start')).toMatchObject({ exit: 4, held: 'cutover.inconclusive' });
  expect(quiet.weights()).toEqual([50, 50]);
});

it('waits for an approval without a deadline, watching; approve goes on, rollback goes back', async () => {
  const approvals = ['shift-100', 'preflight'];
  const one = await Case.of({
    shares: [50, 100],
    cutover: { bake: '5s', patience: '20s', hold: '5s', approvals },
  });
  one.in(100, () => tell(one, { command: 'approve' }));
  one.in(1_500, () => {
    expect(one.weights()).toEqual([50, 50]);
    expect(one.state.awaiting).toBe(`${region}/shift-100`);
    // Not for this one.
    tell(one, { command: 'approve', step: `${region}/preflight` });
  });
  one.in(1_600, () => tell(one, { command: 'approve', step: `${region}/shift-100` }));
  expect(await one.run('start')).toMatchObject({ exit: 0, status: 'completed' });
  expect(one.state.approved).toEqual([`${region}/preflight`, `${region}/shift-100`]);
  expect(one.events.filter(({ type }) => type === 'refused').length).toBe(1);

  const back = await Case.of({ shares: [50, 100], cutover: { approvals: ['shift-100'] } });
  back.in(900, () => tell(back, { command: 'rollback' }));
  expect(await back.run('start')).toMatchObject({ exit: 5, status: 'rolled-back' });

  const bad = await Case.of({ shares: [50, 100], cutover: { approvals: ['shift-100'] } });
  bad.in(900, () => {
    bad.world.gateway(region, 'green').errorRate = 0.5;
  });
  expect(await bad.run('start')).toMatchObject({ exit: 5, status: 'rolled-back' });
});

it('overwrites what somebody else changed: the share is given again, and the start stays', async () => {
  const one = await Case.of({ shares: [50, 100], strangerWeight: 20 });
  one.once(`${region}/shift-50`, 'sample', () => foreign(one, 70, 30));
  expect(await one.run('start')).toMatchObject({ exit: 1, held: 'cutover.foreign-change' });
  expect(one.state.held?.text).toContain('weight of green is 30, not 50');
  expect(await one.run('overwrite')).toMatchObject({ exit: 0, status: 'completed' });
  expect(one.events.filter(({ type }) => type === 'mended').length).toBe(1);
  // What is not ours keeps what somebody gave it.
  expect(one.world.accelerator.group(one.world.groupArn(region)).endpoints[1]?.weight).toBe(70);
  expect(await one.run('rollback')).toMatchObject({ exit: 5 });
  expect(one.weights()).toEqual([100, 0]);
});

it('adopts what somebody else changed: rollback goes there', async () => {
  const one = await Case.of({ shares: [50, 100] });
  one.once(`${region}/shift-50`, 'sample', () => foreign(one, 90, 10));
  expect(await one.run('start')).toMatchObject({ held: 'cutover.foreign-change' });
  one.once(`${region}/hold`, 'sample', () => {
    expect(one.weights()).toEqual([0, 100]);
    tell(one, { command: 'rollback' });
  });
  expect(await one.run('adopt')).toMatchObject({ exit: 5, status: 'rolled-back' });
  expect(one.weights()).toEqual([90, 10]);
});

it('goes on over a change after it was completed, and on the way back', async () => {
  const one = await Case.of({ shares: [100] });
  expect(await one.run('start')).toMatchObject({ exit: 0 });
  // Where nothing was changed there is nothing to do.
  expect(await one.run('overwrite')).toMatchObject({ exit: 0, status: 'completed' });
  foreign(one, 30, 70);
  expect(await one.run('finalize')).toMatchObject({ held: 'cutover.foreign-change' });
  expect(await one.run('rollback')).toMatchObject({ held: 'cutover.foreign-change', status: 'rolling-back' });
  expect(await one.run('overwrite')).toMatchObject({ exit: 5, status: 'rolled-back' });
  expect(one.weights()).toEqual([100, 0]);

  const other = await Case.of({ shares: [100] });
  await other.run('start');
  foreign(other, 30, 70);
  expect(await other.run('overwrite')).toMatchObject({ exit: 0, status: 'completed' });
  expect(other.weights()).toEqual([0, 100]);
  other.world.clock.advance(200_000);
  expect(await other.run('finalize')).toMatchObject({ exit: 0 });
});

it('survives a crash anywhere in an overwrite', async () => {
  for (const what of [/^record overwritten/, /^writeGroup/, /^record mended/, /^record done/]) {
    const one = await Case.of({ shares: [50, 100] });
    one.once(`${region}/shift-50`, 'sample', () => foreign(one, 70, 30));
    await one.run('start');
    expect(await one.run('overwrite', { what, fault: 'crash-after' })).toBe('crashed');
    expect(await one.run('resume')).toMatchObject({ exit: 0, status: 'completed' });
    expect(one.weights()).toEqual([0, 100]);
  }
});

it('rolls back for a gate that fails during the drain of the source', async () => {
  const one = await Case.of({ shares: [100] });
  one.slow('gateway', 25_000);
  one.once(`${region}/drain`, 'drain', () => {
    one.world.gateway(region, 'green').errorRate = 0.5;
  });
  expect(await one.run('start')).toMatchObject({ exit: 5, status: 'rolled-back' });
  expect(one.state.rollback).toMatchObject({ cause: 'gate', step: `${region}/drain` });
});

it('calls hooks once before and after their steps; one that says no holds until it says yes', async () => {
  const hooks = [{ name: 'ticket', url: 'https://tickets.example.com/', steps: ['shift'] }];
  const one = await Case.of({ shares: [50, 100], cutover: { hooks } });
  const told: HookTold[] = [];
  let open = false;
  one.world.hooks = {
    call: async (_, what) => {
      told.push(what);
      return { ok: open || what.share !== 100, text: 'status 409: not on a Friday' };
    },
  };
  expect(JSON.stringify(one.plan)).not.toContain('tickets.example.com');
  expect(await one.run('start')).toMatchObject({ exit: 1, held: 'cutover.vetoed' });
  expect(one.state.held?.text).toContain('ticket: status 409: not on a Friday');
  expect(one.weights()).toEqual([50, 50]);
  open = true;
  const before = told.length;
  const answered = { test: (what: string) => told.length > before && what.startsWith('record done') };
  expect(await one.run('resume', { what: answered as RegExp, fault: 'crash-before' })).toBe('crashed');
  expect(await one.run('resume')).toMatchObject({ exit: 0, status: 'completed' });
  const { id } = one.plan;
  expect(told.map((one) => one.id)).toEqual(
    ['50/before', '50/after', '100/before', '100/before', '100/before', '100/after'].map(
      (part) => `${id}/${region}/shift-${part}/ticket`,
    ),
  );
});

it('moves regions in waves: a bake of the whole wave between them, one hold at the end', async () => {
  const one = await Case.of({
    regions: 2,
    shares: [100],
    cutover: {
      waves: [['us-east-1'], ['eu-west-1']],
      waveBake: '60s',
      bake: '2s',
      patience: '20s',
      hold: '5s',
    },
  });
  expect(one.plan.steps.map(({ id }) => id).slice(8)).toEqual([
    'us-east-1/shift-100',
    'us-east-1/drain',
    'us-east-1/hand-over',
    'wave-1/bake',
    'eu-west-1/shift-100',
    'eu-west-1/drain',
    'eu-west-1/hand-over',
    'all/hold',
  ]);
  expect(await one.run('start')).toMatchObject({ exit: 0, status: 'completed' });
  const judged = one.events.flatMap((event) => (event.type === 'judged' ? [event] : []));
  expect(new Set(judged.at(-1)?.gates.map((gate) => gate.region))).toEqual(
    new Set(['us-east-1', 'eu-west-1']),
  );

  const bad = await Case.of({
    regions: 2,
    shares: [100],
    cutover: { waves: [['us-east-1'], ['eu-west-1']], bake: '2s', patience: '20s', hold: '60s' },
  });
  bad.once('all/hold', 'sample', () => {
    bad.world.gateway('us-east-1', 'green').errorRate = 0.5;
  });
  expect(await bad.run('start')).toMatchObject({ exit: 5, status: 'rolled-back' });
  expect([bad.weights('us-east-1'), bad.weights('eu-west-1')]).toEqual([
    [100, 0],
    [100, 0],
  ]);
});
