import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { savePlan } from '../../../lib/cutover/cutover-directory.ts';
import { dryRunCutover, dryRunFinalize, dryRunRollback } from '../../../lib/cutover/dry-run.ts';
import {
  actor,
  finalizeCutover,
  type OperationProps,
  rollbackCutover,
  startCutover,
} from '../../../lib/cutover/operate.ts';
import { guardedPorts } from '../../../lib/cutover/perform/guarded-ports.ts';
import { fileStore } from '../../../lib/cutover/store.ts';
import { SimulatedWorld } from '../../helpers/simulated-world.ts';
import { temporaryDirectories } from '../../helpers/temporary-directory.ts';

const directory = temporaryDirectories();

async function prepared(shares: readonly number[] = [25, 100]) {
  const world = await new SimulatedWorld({ shares, cutover: { bake: '2s', hold: '2s' } }).settle();
  const plan = await world.plan();
  const state = await directory();
  const files = await savePlan(state, plan);
  const props: OperationProps = { plan, ports: world.ports, state, files };
  /** Every call that changes anything is refused, and files are compared. */
  const dry = {
    ...props,
    ports: guardedPorts(world.ports, async () => {
      throw new Error('a dry run changed something');
    }),
  };
  const unchanged = async <T>(run: () => Promise<T>): Promise<T> => {
    const before = await contents(state);
    try {
      return await run();
    } finally {
      expect(await contents(state)).toEqual(before);
    }
  };
  return { world, plan, props, dry, unchanged };
}

/** Every file of a folder, by its path. */
async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(
      files.map(
        async (file, index): Promise<[string, string]> => [
          file,
          entries[index]?.isFile() ? await readFile(file, 'utf8') : 'a folder',
        ],
      ),
    ),
  );
}

const texts = (deeds: readonly { readonly step: string; readonly does: readonly string[] }[]): string[] =>
  deeds.flatMap(({ step, does }) => does.map((deed) => `${step}: ${deed}`));

it('says what a cutover would do, step by step, and changes nothing anywhere', async () => {
  const { plan, dry, unchanged } = await prepared();
  const { deeds } = await unchanged(() => dryRunCutover(dry, 'start'));
  expect(deeds.map(({ step }) => step)).toEqual(plan.steps.map(({ id }) => id));
  expect(texts(deeds)).toEqual(
    expect.arrayContaining([
      'eu-west-1/shift-25: writes blue 100, green 0 → blue 75, green 25',
      'eu-west-1/shift-100: writes blue 75, green 25 → blue 0, green 100',
    ]),
  );
  for (const { does } of deeds) expect(does.length).toBeGreaterThan(0);
});

it('refuses what the real command would refuse: a stale plan, one that has begun, a lease that is held', async () => {
  const { world, plan, props, dry, unchanged } = await prepared();
  await expect(dryRunRollback(dry)).rejects.toMatchObject({ code: 'cutover.not-begun' });
  await expect(dryRunFinalize(dry)).rejects.toMatchObject({ code: 'cutover.not-begun' });
  await expect(dryRunCutover(dry, 'resume')).rejects.toMatchObject({ code: 'cutover.not-begun' });
  const lease = await fileStore(props.state, plan.fleet, props.files).takeLease(actor());
  await unchanged(() =>
    expect(dryRunCutover(dry, 'start')).rejects.toMatchObject({ code: 'lease.held', exitCode: 6 }),
  );
  await lease.release();
  const arn = plan.regions[0]?.endpointGroupArn ?? '';
  const { endpoints } = world.accelerator.group(arn);
  world.accelerator.set(
    arn,
    endpoints.map((endpoint) => (endpoint.weight === 0 ? { ...endpoint, weight: 7 } : endpoint)),
  );
  await unchanged(() =>
    expect(dryRunCutover(dry, 'start')).rejects.toMatchObject({ code: 'plan.stale', exitCode: 7 }),
  );
  world.accelerator.set(arn, endpoints);
  await startCutover(props);
  await expect(dryRunCutover(dry, 'start')).rejects.toMatchObject({ code: 'cutover.begun' });
});

it('says what going back and what finalizing would do, and nothing where there is nothing to do', async () => {
  const { world, props, dry, unchanged } = await prepared();
  await startCutover(props);
  const back = texts((await unchanged(() => dryRunRollback(dry))).deeds);
  expect(back).toEqual(
    expect.arrayContaining([
      'eu-west-1: writes blue 0, green 100 → blue 100, green 0, without waiting',
      'eu-west-1: restarts the gateways of green a few at a time, so that its connections end',
      expect.stringMatching(/^eu-west-1: puts [1-9]\d* floors back/),
    ]),
  );
  const end = texts((await unchanged(() => dryRunFinalize(dry))).deeds);
  expect(end).toEqual(expect.arrayContaining([expect.stringMatching(/puts [1-9]\d* floors back/)]));
  expect((await dryRunCutover(dry, 'resume')).deeds).toEqual([]);
  world.clock.advance(120_000);
  await finalizeCutover(props);
  expect((await dryRunFinalize(dry)).deeds).toEqual([]);
  await expect(dryRunRollback(dry)).rejects.toMatchObject({ code: 'cutover.over' });
});

it('tells a foreign change, and what accepting it would do', async () => {
  const { world, plan, props, dry, unchanged } = await prepared();
  await startCutover(props);
  const arn = plan.regions[0]?.endpointGroupArn ?? '';
  const { endpoints } = world.accelerator.group(arn);
  world.accelerator.set(
    arn,
    endpoints.map((endpoint) => (endpoint.weight === 0 ? { ...endpoint, weight: 9 } : endpoint)),
  );
  const { deeds } = await unchanged(() => dryRunCutover(dry, 'adopted'));
  expect(deeds[0]?.step).toBe('--adopt');
  expect(texts(deeds).join('\n')).toContain('what a rollback goes back to');
  // As the real ones, which would hold at it.
  for (const run of [() => dryRunRollback(dry), () => dryRunFinalize(dry)])
    await unchanged(() =>
      expect(run()).rejects.toMatchObject({ code: 'cutover.foreign-change', exitCode: 1 }),
    );
  world.accelerator.set(arn, endpoints);
  await rollbackCutover(props);
  expect((await dryRunRollback(dry)).deeds).toEqual([]);
});
