import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { followPart } from '../../../../lib/cli/migrate/follow.ts';
import type { MigrateOptions } from '../../../../lib/cli/migrate/options.ts';
import { migrateScene } from '../../../../lib/cli/migrate/scene.ts';
import { createOutput } from '../../../../lib/cli/output.ts';
import { savePlan } from '../../../../lib/cutover/cutover-directory.ts';
import { openJournal } from '../../../../lib/cutover/journal.ts';
import { sealPlan } from '../../../../lib/cutover/plan.ts';
import { SimulatedWorld } from '../../../helpers/simulated-world.ts';
import { make, type Populated, secretValue } from '../../migration/inventory/populated.ts';
import { fleetText, type TwoColours, twoColours } from '../two-colours.ts';

/** The verb's part on two API servers over HTTP, with an accelerator that says who has the traffic. */
let world: TwoColours;
let folder: string;
let blue: Populated;
let green: Populated;

beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'rehearsal');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'rehearsal');
  world = await twoColours();
  ({ folder, blue, green } = world);
  blue.create(
    make('Namespace', '/shop'),
    make('ConfigMap', 'app', { data: { a: '1' } }),
    make('Secret', 'db', { type: 'Opaque', data: { password: secretValue } }),
  );
  writeFileSync(world.file('fleet.config.ts'), fleetText());
}, 30_000);
afterAll(async () => {
  await world.close();
});

interface Said {
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was said
  readonly [field: string]: any;
}

/** Runs it until it ends by itself or is told to. */
async function follow(json: boolean, more: Partial<MigrateOptions> = {}) {
  let out = '';
  const stdout = new Writable({
    write: (chunk, _, done) => {
      out += String(chunk);
      done();
    },
  });
  const options = {
    fleet: join(folder, 'fleet.config.ts'),
    locator: join(folder, 'locator.json'),
    state: join(folder, 'state'),
    to: 'green',
    color: false,
    json,
    ...more,
  };
  const output = createOutput({ json, color: false, stdout, stderr: stdout, now: () => new Date(0) });
  const gone = new AbortController();
  const times = { gatherMs: 20, firstRetryMs: 50, weightsMs: 50 };
  const exit = followPart(
    await migrateScene(options),
    options,
    { ...output, readerGone: gone.signal },
    times,
  );
  exit.catch(() => undefined);
  const said = (): Said[] =>
    out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  return {
    exit,
    said,
    text: () => out,
    stop: () => gone.abort(),
    until: async (condition: () => boolean) => {
      const deadline = Date.now() + 15_000;
      while (!condition()) {
        if (Date.now() > deadline) throw new Error(`not in time: ${out.slice(-3000)}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

const has = (said: readonly Said[], event: string): boolean => said.some((one) => one.event === event);

const filesBelow = (path: string): string[] =>
  statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => filesBelow(join(path, name))) : [path];

it('says what comes over and that the lag is zero, as objects, until it is told to stop', async () => {
  const run = await follow(true);
  await run.until(() => has(run.said(), 'follow.level'));
  expect(green.store.get('secrets', 'shop', 'db')?.data.password).toBe(secretValue);
  const map = blue.store.get('configmaps', 'shop', 'app');
  if (map === undefined) throw new Error('no map');
  blue.store.update('configmaps', { ...map, data: { a: '2' } });
  await run.until(() => green.store.get('configmaps', 'shop', 'app')?.data.a === '2');
  await run.until(() => run.said().filter(({ event }) => event === 'follow.level').length === 2);
  blue.store.delete('configmaps', 'shop', 'app');
  await run.until(() => has(run.said(), 'follow.left'));
  await run.until(() => has(run.said(), 'follow.lag'));
  run.stop();
  expect(await run.exit).toBe(0);
  const applied = run.said().filter(({ event }) => event === 'follow.applied');
  expect(applied.at(-1)).toMatchObject({ region: 'eu-west-1', objects: 1, first: ['ConfigMap shop/app'] });
  expect(run.said().at(-1)).toMatchObject({
    event: 'follow.ended',
    because: 'stopped',
    level: 'info',
    complete: true,
    lagSeconds: 0,
    open: 0,
    left: 1,
    missing: [],
  });
  const everything =
    run.text() +
    filesBelow(folder)
      .map((path) => readFileSync(path, 'utf8'))
      .join('');
  expect(everything).not.toContain(secretValue);
  expect(everything).not.toContain(Buffer.from(secretValue, 'base64').toString());
}, 30_000);

it('says lines where something changed, and exit 1 where somebody else changed something', async () => {
  const run = await follow(false);
  await run.until(() => run.text().includes('green has everything that blue has in eu-west-1'));
  green.store.delete('secrets', 'shop', 'db');
  await run.until(() => run.text().includes('it was deleted on the target'));
  run.stop();
  expect(await run.exit).toBe(1);
  expect(run.text()).toMatch(/^\S+ {3}green follows blue in eu-west-1$/m);
  expect(run.text()).toMatch(
    /! Secret shop\/db is in conflict: it was deleted on the target, and is not made again$/m,
  );
  expect(run.text()).toMatch(/^ +to do: /m);
  expect(run.text()).toMatch(/it has everything, but for 1 object that cannot come over$/m);
  expect(run.text()).not.toContain(' lag ');
}, 30_000);

it('ends by itself once green has all of the traffic, and does not begin then', async () => {
  const run = await follow(true);
  await run.until(() => has(run.said(), 'follow.level'));
  await world.weights(50, 50);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(has(run.said(), 'follow.ended')).toBe(false);
  await world.weights(0, 100);
  expect(await run.exit).toBe(0);
  expect(run.said().at(-1)).toMatchObject({ event: 'follow.ended', because: 'target-live' });
  await expect((await follow(true)).exit).rejects.toMatchObject({ code: 'migrate.target-live' });
  await world.weights(100, 0);
}, 30_000);

it('goes on for as long as a cutover to green is neither finalized nor rolled back', async () => {
  const state = join(folder, 'state-of-a-cutover');
  const { digest: _, ...made } = await (await new SimulatedWorld().settle()).plan();
  const plan = sealPlan({ ...made, from: 'blue', to: 'green' });
  const { journal } = await savePlan(state, plan);
  const records = await openJournal(journal);
  const by = { user: 'u', host: 'h', pid: 1 };
  await records.append({ type: 'started', plan: plan.digest, by }, 1, 1);
  await records.append({ type: 'ended', outcome: 'completed' }, 2, 1);
  await world.weights(0, 100);
  const run = await follow(true, { state });
  await run.until(() => has(run.said(), 'follow.level'));
  blue.create(make('ConfigMap', 'late', { data: { a: '1' } }));
  await run.until(() => green.store.get('configmaps', 'shop', 'late') !== undefined);
  expect(has(run.said(), 'follow.ended')).toBe(false);
  await records.append({ type: 'finalize-begun', by }, 3, 1);
  await records.append({ type: 'ended', outcome: 'finalized' }, 4, 1);
  await records.close();
  await run.exit;
  expect(run.said().at(-1)).toMatchObject({ event: 'follow.ended', because: 'target-live' });
  await expect((await follow(true, { state })).exit).rejects.toMatchObject({ code: 'migrate.target-live' });
  await world.weights(100, 0);
}, 30_000);
