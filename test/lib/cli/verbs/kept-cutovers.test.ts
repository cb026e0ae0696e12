import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { main } from '../../../../lib/cli/index.ts';
import { savePlan } from '../../../../lib/cutover/cutover-directory.ts';
import { temporaryDirectories } from '../../../helpers/temporary-directory.ts';
import { sampleLocator, samplePlan } from '../../runbook/sample-plan.ts';

const directory = temporaryDirectories();

const fleet = `import { defineFleet } from 'zeroshift/fleet';
const region = (name) => ({ name, account: '111122223333', availabilityZones: [name + 'a', name + 'b'] });
export default defineFleet({
  name: 'shop', domain: 'shop.example.com', regions: [region('eu-west-1'), region('us-east-1')],
  colours: { blue: { kubernetes: '1.34', knative: '1.22.1' }, green: { kubernetes: '1.35', knative: '1.23.0' } },
  services: [{ name: 'hello', image: 'app:1' }],
});`;

const id = (day: number): string => `shop-blue-green-202611${day}T061203Z`;

/** A state with three plans, of which the newest was damaged. */
async function kept() {
  const folder = await directory();
  await writeFile(join(folder, 'fleet.ts'), fleet);
  await writeFile(join(folder, 'locator.json'), JSON.stringify(sampleLocator()));
  const state = join(folder, 'state');
  for (const day of [21, 22, 23]) {
    const { digest: _, ...plan } = samplePlan({ id: id(day) });
    await savePlan(state, samplePlan({ ...plan }));
  }
  const fileOf = (day: number): string => join(state, 'shop', 'cutovers', id(day), 'plan.json');
  const text = await readFile(fileOf(23), 'utf8');
  await writeFile(fileOf(23), text.replace('"weight": 255', '"weight": 1'));
  const printed = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation(((chunk: unknown, done?: unknown) => {
    printed.out += String(chunk);
    if (typeof done === 'function') done();
    return true;
  }) as typeof process.stdout.write);
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    printed.err += String(chunk);
    return true;
  });
  const options = [
    '--fleet',
    join(folder, 'fleet.ts'),
    '--locator',
    join(folder, 'locator.json'),
    '--state',
    state,
  ];
  const run = async (...argv: string[]) => {
    printed.out = '';
    printed.err = '';
    const exit = await main([...argv, ...options], '0.0.0');
    return { exit, ...printed };
  };
  return { run, fileOf, state };
}

it('history lists what can be read, names what is damaged, and says so with its exit code', async () => {
  const { run, fileOf } = await kept();
  const { exit, out, err } = await run('history');
  expect(exit).toBe(1);
  expect(out).toContain(`${id(22)}: not begun`);
  expect(out).toContain(`${id(21)}: not begun`);
  expect(err).toContain(`${id(23)} cannot be read: the plan was changed after it was made [plan.changed]`);
  // A journal that is torn in its middle hides no other one either.
  await writeFile(join(dirname(fileOf(22)), 'journal.jsonl'), 'torn\n{}\n');
  const said = (await run('history', '--json')).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(said).toMatchObject([
    { event: 'history.cutovers', cutovers: [{ plan: id(21) }] },
    { event: 'history.damaged', plan: id(23), code: 'plan.changed' },
    { event: 'history.damaged', plan: id(22) },
  ]);
  // The first command brings everything that it is made of.
}, 60_000);

it('report says which newer one it cannot read, and fails for that one alone', async () => {
  const { run } = await kept();
  expect(await run('report', id(23))).toMatchObject({
    exit: 7,
    err: expect.stringContaining('plan.changed'),
  });
  const none = await run('report');
  expect(none.exit).toBe(2);
  expect(none.err).toContain(`${id(23)} cannot be read`);
  expect(none.err).toContain('no such cutover has begun');
});

it('runbook prints a plan to be followed by hand, and touches nothing', async () => {
  const { run, fileOf } = await kept();
  const page = await run('runbook', fileOf(22));
  expect(page).toMatchObject({ exit: 0, err: '' });
  expect(page.out).toMatch(/^# Cutover of shop: from blue to green\n[\s\S]+\n## Break glass/);
  const [said] = (await run('runbook', fileOf(22), '--json')).out.trim().split('\n');
  expect(JSON.parse(said ?? '')).toMatchObject({ event: 'runbook.made', plan: id(22), markdown: page.out });
  expect((await run('runbook', fileOf(23))).exit).toBe(7);
  const other = join(await directory(), 'plan.json');
  await mkdir(dirname(other), { recursive: true });
  await writeFile(other, JSON.stringify(samplePlan({ fleet: 'other' })));
  expect(await run('runbook', other)).toMatchObject({
    exit: 2,
    err: expect.stringContaining('plan.other-fleet'),
  });
});
