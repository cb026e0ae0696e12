import { expect, it } from 'vitest';
import type { JournalEvent } from '../../../lib/cutover/journal-event.ts';
import { Case } from '../../helpers/simulated-case.ts';

/* What is kept equal until the cutover ends, played with the simulated world: every run is checked against the invariants. */

const region = 'eu-west-1';
const kinds = (events: readonly JournalEvent[]): string[] =>
  events.map((event) => (event.type === 'done' ? event.result.kind : event.type));

/** A cutover that is completed, with all of its traffic on the target; no process is at work on it. */
async function completed(): Promise<Case> {
  const one = await Case.of({ shares: [100], cutover: { hold: '5s', patience: '20s' } });
  one.world.followed = true;
  expect(await one.run('start')).toMatchObject({ exit: 0, status: 'completed' });
  one.world.clock.advance(86_400_000);
  return one;
}

it('looks how far the target is all through the hold', async () => {
  const one = await Case.of({ shares: [100], cutover: { hold: '10m' } });
  one.world.followed = true;
  // What nobody could bring in the hold is known from the journal, not only to the process.
  one.once(`${region}/hold`, 'sample', () =>
    one.world.behind.set(region, { open: ['ConfigMap shop/late: data.a is kubectl’s'] }),
  );
  expect(await one.run('start')).toMatchObject({ exit: 0, status: 'completed' });
  const held = one.events.findIndex(
    (event) => event.type === 'step-entered' && event.step === `${region}/hold`,
  );
  const looks = kinds(one.events.slice(held)).filter((kind) => kind === 'follow-status');
  expect(looks.length).toBeGreaterThanOrEqual(8);
  expect(looks.length).toBeLessThan(14);
  expect(one.state.regions[region]?.following?.seen?.open).toHaveLength(1);
}, 60_000);

it('brings what changed on the source after the cutover was completed before it gives up the way back', async () => {
  const one = await completed();
  one.world.behind.set(region, { level: false, lagMs: 1_000, behind: ['Service shop/cart'] });
  let floors = 0;
  one.in(60, () => {
    floors = kinds(one.events).filter((kind) => kind === 'clear-floors').length;
    one.world.behind.set(region, { written: 1 });
  });
  const before = one.events.length;
  expect(await one.run('finalize')).toMatchObject({ exit: 0, status: 'finalized' });
  expect(floors).toBe(0);
  const after = kinds(one.events.slice(before));
  const order = ['follow', 'follow-status', 'end-follow', 'sample', 'clear-floors'].map((kind) =>
    after.indexOf(kind),
  );
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(order[0]).toBeGreaterThan(0);
  expect(one.state.regions[region]?.following).toMatchObject({ is: 'ended', seen: { written: 1 } });
}, 60_000);

it('holds where the target never has it all, and rolls back from there', async () => {
  const one = await completed();
  one.world.behind.set(region, { level: false, lagMs: 900_000, behind: ['Service shop/cart'] });
  expect(await one.run('finalize')).toMatchObject({ exit: 1, held: 'cutover.not-level' });
  expect(one.state.held).toMatchObject({
    next: 'zeroshift finalize',
    text: expect.stringContaining('Service shop/cart'),
  });
  expect(await one.run('rollback')).toMatchObject({ exit: 5, status: 'rolled-back' });
  expect(one.weights()).toEqual([100, 0]);
}, 60_000);

it('says once what cannot come over; whoever finalizes again leaves that so, and nothing else', async () => {
  const one = await completed();
  const open = (...texts: string[]) => one.world.behind.set(region, { open: texts });
  open('Service shop/cart: revision cart-00004 is the target’s');
  expect(await one.run('finalize')).toMatchObject({ exit: 1, held: 'cutover.follow-conflict' });
  expect(one.state.held?.text).toContain('`zeroshift finalize` once more');
  open(
    'Service shop/cart: revision cart-00004 is the target’s',
    'Secret shop/db: data.password is kubectl’s',
  );
  expect(await one.run('finalize')).toMatchObject({ exit: 1, held: 'cutover.follow-conflict' });
  expect(one.state.held?.text).toContain('Secret shop/db');
  expect(await one.run('finalize')).toMatchObject({ exit: 0, status: 'finalized' });
}, 60_000);

it('leaves several regions so, one after another', async () => {
  const one = await Case.of({ regions: 2, shares: [100] });
  one.world.followed = true;
  expect(await one.run('start')).toMatchObject({ exit: 0 });
  one.world.clock.advance(200_000);
  for (const name of ['eu-west-1', 'us-east-1'])
    one.world.behind.set(name, { open: [`ConfigMap shop/${name}: data.a is kubectl’s`] });
  for (const name of ['eu-west-1', 'us-east-1']) {
    expect(await one.run('finalize')).toMatchObject({ exit: 1, held: 'cutover.follow-conflict' });
    expect(one.state.held?.text).toContain(`ConfigMap shop/${name}`);
  }
  expect(await one.run('finalize')).toMatchObject({ exit: 0, status: 'finalized' });
}, 60_000);

it('follows anew in a finalize that goes on after a crash at any place of it', async () => {
  for (const what of [/^record finalize-begun/, /^record issued/, /^record done/]) {
    const one = await completed();
    expect(await one.run('finalize', { what, fault: 'crash-after' })).toBe('crashed');
    const before = one.events.length;
    expect(await one.run('finalize')).toMatchObject({ exit: 0, status: 'finalized' });
    expect(kinds(one.events.slice(before))).toContain('follow-status');
  }
}, 60_000);
