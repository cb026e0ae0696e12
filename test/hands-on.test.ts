import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RehearsedWorld, type Run, startRehearsedWorld } from './helpers/rehearsed-world.ts';
import { shopFleet } from './helpers/shop-fleet.ts';

/** People and their tools at a cutover: the built command, from several terminals, against a rehearsal under load. */

/** Writes down what it is told; says no to a share of 25 % until there is a file \`yes\`. */
const hook = `
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const told = JSON.parse(readFileSync(0, 'utf8'));
appendFileSync('told.jsonl', JSON.stringify({ ...told, argument: process.argv[2] }) + '\\n');
if (told.when === 'before' && told.share === 25 && !existsSync('yes')) {
  console.error('change freeze');
  process.exit(3);
}
`;

let shop: RehearsedWorld;

beforeAll(async () => {
  shop = await startRehearsedWorld({
    fleet: shopFleet(`
    approvals: ['shift-100'],
    hooks: [{ name: 'ticket', run: [process.execPath, 'hook.cjs', 'a b'], steps: ['shift'] }],`),
    files: { 'hook.cjs': hook },
    load: { rate: 80, maxRequests: 60_000, maxDurationMs: 200_000 },
  });
}, 120_000);

afterAll(() => shop?.close(), 60_000);

const run = (args: readonly string[], json = true): Run => shop.start(args, json);
const zeroshift = (...args: string[]) => run(args).ended;
const heard = (one: Run, event: string, times = 1): Promise<void> =>
  expect
    .poll(() => one.said().filter((said) => said.event === event).length, { timeout: 60_000, interval: 100 })
    .toBeGreaterThanOrEqual(times);

it('takes part in a cutover: hooks, following, approval, pause, and what is told of it', async () => {
  expect((await run(['plan', '--schema'], false).ended).text).toContain(
    '"https://json-schema.org/draft/2020-12/schema"',
  );
  expect(await zeroshift('plan')).toMatchObject({ exit: 0 });
  const shown = await run(['show'], false).ended;
  expect(shown.text).toMatch(/eu-west-1\/shift-100 \(100 % to green\); waits for an approval; hooks: ticket/);
  expect(shown.text).toContain('its facts still hold');

  const held = await zeroshift('cutover');
  expect(held).toMatchObject({ exit: 1 });
  expect(held.said.at(-1)).toMatchObject({ event: 'cutover.held', code: 'cutover.vetoed' });
  expect(String(held.said.at(-1)?.text)).toContain('exit code 3: change freeze');
  await writeFile(join(shop.folder, 'yes'), '');

  const cutover = run(['cutover', '--resume']);
  await heard(cutover, 'cutover.following');
  const watch = run(['status', '--watch']);
  await heard(cutover, 'cutover.approval-awaited');
  // What comes to blue now is on green before green gets more.
  const { region, ports, world } = shop;
  const late = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'late', namespace: 'shop' },
    data: { a: '1' },
  };
  const deployed = {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name: 'late', namespace: 'shop' },
    spec: {
      template: {
        spec: {
          containers: [
            {
              image: 'registry.example.com/late@sha256:'.padEnd(98, '0'),
              envFrom: [{ configMapRef: { name: 'late' } }],
            },
          ],
        },
      },
    },
  };
  await region.blue.cluster.apply(late);
  await region.blue.cluster.apply(deployed);
  expect(await zeroshift('pause')).toMatchObject({ exit: 0 });
  expect((await zeroshift('approve')).said.at(-1)).toMatchObject({
    step: 'eu-west-1/shift-100',
    atWork: true,
  });
  expect((await zeroshift('status')).said.at(-1)).toMatchObject({
    status: 'forward',
    next: 'zeroshift resume, or zeroshift rollback',
  });
  expect(await zeroshift('resume')).toMatchObject({ exit: 0 });
  expect(await cutover.ended).toMatchObject({ exit: 0 });
  const reference = { apiVersion: late.apiVersion, kind: late.kind, ...late.metadata };
  expect(await region.green.cluster.get(reference)).toMatchObject({ data: { a: '1' } });

  // Whoever watched has seen the end, in the words of whoever asks now.
  const watched = await watch.ended;
  expect(watched.exit).toBe(0);
  const { at: _, ...last } = watched.said.at(-1) ?? { at: '', event: '' };
  expect((await zeroshift('status')).said.at(-1)).toMatchObject({
    ...last,
    lease: null,
    next: expect.anything(),
  });
  expect(last).toMatchObject({ event: 'status.cutover', status: 'completed' });
  expect(watched.said.some((said) => said.awaiting === 'eu-west-1/shift-100')).toBe(true);

  const told = (await readFile(join(shop.folder, 'told.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(told.map(({ when, share, argument }) => [when, share, argument])).toEqual([
    ['before', 25, 'a b'],
    ['before', 25, 'a b'],
    ['after', 25, 'a b'],
    ['before', 100, 'a b'],
    ['after', 100, 'a b'],
  ]);

  // Somebody moves weights: the cutover does not end over it, and goes on when a person says how.
  const [location] = world.locator.regions;
  const arn = location?.endpointGroupArn ?? '';
  const { endpoints } = await ports.traffic.readGroup(arn);
  await ports.traffic.writeGroup(
    arn,
    endpoints.map((one) => (one.weight === 0 ? { ...one, weight: 9 } : one)),
  );
  expect((await zeroshift('finalize')).said.at(-1)).toMatchObject({ code: 'cutover.foreign-change' });
  const overwritten = await zeroshift('cutover', '--overwrite');
  expect(overwritten.said.some(({ event }) => event === 'cutover.mended')).toBe(true);
  const weights = async () =>
    (await ports.traffic.readGroup(arn)).endpoints.map(({ weight }) => weight).sort((a, b) => a - b);
  expect(await weights()).toEqual([0, 100]);
  // The flows that blue got meanwhile have to end first.
  await expect
    .poll(async () => (await zeroshift('finalize')).exit, { timeout: 60_000, interval: 1_000 })
    .toBe(0);
  expect(await zeroshift('pause')).toMatchObject({ exit: 2, said: [{ code: 'cutover.not-now' }] });
  expect((await zeroshift('history')).said).toMatchObject([
    { event: 'history.cutovers', cutovers: [{ outcome: 'finalized', from: 'blue', to: 'green' }] },
  ]);
  const report = (await run(['report'], false).ended).text;
  for (const part of [
    'approved eu-west-1/shift-100',
    'hook ticket before: no, exit code 3',
    'success-rate',
    'paused it',
  ])
    expect(report).toContain(part);
  shop.load.stop();
  const { totals, lost } = await shop.load.finished;
  expect(lost).toEqual([]);
  expect(totals.answered).toBeGreaterThan(1_000);
}, 200_000);
