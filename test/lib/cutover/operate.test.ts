import { readdir, readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { cutoverFiles, savePlan } from '../../../lib/cutover/cutover-directory.ts';
import { readJournal } from '../../../lib/cutover/journal.ts';
import {
  actor,
  cutoverStatus,
  finalizeCutover,
  type OperationProps,
  resumeCutover,
  rollbackCutover,
  startCutover,
} from '../../../lib/cutover/operate.ts';
import { type CutoverPlan, sealPlan } from '../../../lib/cutover/plan.ts';
import { fileStore } from '../../../lib/cutover/store.ts';
import { SimulatedWorld } from '../../helpers/simulated-world.ts';
import { temporaryDirectories } from '../../helpers/temporary-directory.ts';

const directory = temporaryDirectories();

interface Prepared {
  readonly world: SimulatedWorld;
  readonly plan: CutoverPlan;
  readonly props: OperationProps;
}

async function prepared(): Promise<Prepared> {
  const world = await new SimulatedWorld({ shares: [100], cutover: { bake: '2s', hold: '2s' } }).settle();
  const plan = await world.plan();
  const state = await directory();
  const files = await savePlan(state, plan);
  return { world, plan, props: { plan, ports: world.ports, state, files } };
}

const types = async ({ files }: OperationProps): Promise<string[]> =>
  (await readJournal(files.journal)).map(({ event }) => event.type);

it('runs a plan in files: to its end, and to the end of the way back', async () => {
  const { world, props } = await prepared();
  expect(await startCutover(props)).toMatchObject({ exit: 0, state: { status: 'completed' } });
  await expect(startCutover(props)).rejects.toMatchObject({ code: 'cutover.begun' });
  const records = await types(props);
  // Nothing is left to do, so nothing is done.
  expect(await resumeCutover(props)).toMatchObject({ exit: 0, interrupted: false });
  expect(await types(props)).toEqual(records);
  world.clock.advance(120_000);
  expect(await finalizeCutover(props)).toMatchObject({ exit: 0, state: { status: 'finalized' } });
  expect(await finalizeCutover(props)).toMatchObject({ exit: 0 });
  expect(await resumeCutover(props)).toMatchObject({ exit: 0 });
  await expect(rollbackCutover(props)).rejects.toMatchObject({ code: 'cutover.over' });
  expect(world.weight('eu-west-1', 'green')).toBe(100);
});

it('rolls a completed cutover back, once', async () => {
  const { world, props } = await prepared();
  await startCutover(props);
  expect(await rollbackCutover(props)).toMatchObject({ exit: 5, state: { status: 'rolled-back' } });
  const records = await types(props);
  expect(await rollbackCutover(props)).toMatchObject({ exit: 5 });
  expect(await resumeCutover(props)).toMatchObject({ exit: 5 });
  expect(await types(props)).toEqual(records);
  await expect(finalizeCutover(props)).rejects.toMatchObject({ code: 'cutover.over' });
  expect([world.weight('eu-west-1', 'blue'), world.weight('eu-west-1', 'green')]).toEqual([100, 0]);
});

it('does not begin what is stale: other weights, a service or a singleton that came or went', async () => {
  const changes: Record<string, (world: SimulatedWorld) => Promise<void>> = {
    'weight of .* is 7, not 0': async ({ accelerator }) => {
      const arn = [...accelerator.groups.keys()][0] ?? '';
      const { endpoints } = accelerator.group(arn);
      accelerator.set(
        arn,
        endpoints.map((endpoint) => (endpoint.weight === 0 ? { ...endpoint, weight: 7 } : endpoint)),
      );
    },
    'new service shop/late': async (world) => {
      const spec = { template: { spec: { containers: [{ image: 'registry.example.com/late:1' }] } } };
      const metadata = { name: 'late', namespace: 'shop' };
      await world
        .cluster('eu-west-1', 'blue')
        .apply({ apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata, spec });
    },
    'no service shop/hello any more': async (world) => {
      world.cluster('eu-west-1', 'blue').objects.delete('serving.knative.dev/v1/Service/shop/hello');
    },
    'shop/cart on other hosts: cart.shop.example.com$': async (world) => {
      world
        .cluster('eu-west-1', 'blue')
        .objects.delete('serving.knative.dev/v1beta1/DomainMapping/shop/www.example.com');
    },
    'new singleton CronJob shop/nightly': async (world) => {
      await world.cluster('eu-west-1', 'blue').apply({
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'nightly', namespace: 'shop', annotations: { 'zeroshift.dev/runs': 'singleton' } },
        spec: { schedule: '@daily' },
      });
    },
    'no singleton Deployment shop/worker any more': async (world) => {
      world.cluster('eu-west-1', 'blue').objects.delete('apps/v1/Deployment/shop/worker');
    },
    'Deployment shop/worker sized by more, not by nothing': async (world) => {
      await world.cluster('eu-west-1', 'blue').apply({
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'more', namespace: 'shop' },
        spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'worker' } },
      });
    },
  };
  for (const [text, change] of Object.entries(changes)) {
    const { world, props } = await prepared();
    await change(world);
    await expect(startCutover(props), text).rejects.toMatchObject({
      code: 'plan.stale',
      exitCode: 7,
      message: expect.stringMatching(new RegExp(text)),
    });
    expect(await types(props)).toEqual([]);
  }
});

it('does not begin while another cutover of the fleet is not over', async () => {
  const { world, plan, props } = await prepared();
  await startCutover(props);
  const { digest, ...rest } = plan;
  const next = sealPlan({ ...rest, id: 'shop-green-blue-20260105T000000Z' });
  const other = { ...props, plan: next, files: await savePlan(props.state, next) };
  await expect(startCutover(other)).rejects.toMatchObject({ code: 'cutover.another', exitCode: 2 });
  expect(await types(other)).toEqual([]);
  world.clock.advance(120_000);
  await finalizeCutover(props);
  await expect(startCutover(other)).rejects.toMatchObject({ code: 'plan.stale' });
});

it('does not go on with the journal of another plan, nor with none, nor finalizes too early', async () => {
  const { world, plan, props } = await prepared();
  for (const operation of [resumeCutover, rollbackCutover, finalizeCutover])
    await expect(operation(props)).rejects.toMatchObject({ code: 'cutover.not-begun' });
  const stop = new AbortController();
  world.clock.in(3_000, () => stop.abort());
  expect(await startCutover({ ...props, signal: stop.signal })).toMatchObject({ exit: 1, interrupted: true });
  await expect(finalizeCutover(props)).rejects.toMatchObject({ code: 'cutover.not-completed' });
  const { digest, ...rest } = plan;
  const other = { ...props, plan: sealPlan({ ...rest, steps: rest.steps.slice(1) }) };
  for (const operation of [resumeCutover, rollbackCutover, finalizeCutover])
    await expect(operation(other)).rejects.toMatchObject({ code: 'cutover.other-plan' });
  await expect(cutoverStatus(props.state, other.plan, props.files)).rejects.toMatchObject({
    code: 'cutover.other-plan',
  });
  expect(await resumeCutover(props)).toMatchObject({ exit: 0, state: { status: 'completed' } });
});

it('asks the holder to roll back, and takes over from one that is gone', async () => {
  const { world, props } = await prepared();
  const begun = new Promise<void>((resolve) => {
    void startCutover({ ...props, onRecord: ({ event }) => event.type === 'judged' && resolve() }).then(
      (result) => Object.assign(ended, result),
    );
  });
  const ended: { exit?: number } = {};
  await begun;
  await expect(startCutover(props)).rejects.toMatchObject({ code: 'lease.held', exitCode: 6 });
  await expect(finalizeCutover(props)).rejects.toMatchObject({ code: 'lease.held' });
  expect(await rollbackCutover(props)).toBeUndefined();
  await expect.poll(() => ended.exit).toBe(5);
  expect(world.weight('eu-west-1', 'green')).toBe(0);
  expect(await readdir(props.files.mailbox)).toEqual([]);
});

it('reports a holder that does not take the command', async () => {
  const { world, props } = await prepared();
  const stop = new AbortController();
  world.clock.in(3_000, () => stop.abort());
  await startCutover({ ...props, signal: stop.signal });
  const lease = await fileStore(props.state, 'shop', props.files).takeLease(actor());
  await expect(rollbackCutover(props)).rejects.toMatchObject({ code: 'rollback.not-taken', exitCode: 6 });
  await lease.release();
  // The command stays in the mailbox: whoever goes on takes it.
  expect(await resumeCutover(props)).toMatchObject({ exit: 5 });
});

it('changes nothing when it only plans and looks', async () => {
  const { world, plan, props } = await prepared();
  const snapshot = async (): Promise<string> =>
    JSON.stringify([
      world.regions.map((region) =>
        [...Object.values(world.clusters[region] ?? {})].map(({ writes }) => writes),
      ),
      [...world.accelerator.groups.values()].map(({ endpoints }) => endpoints),
      await readdir(props.state, { recursive: true }),
    ]);
  const before = await snapshot();
  await world.plan();
  expect(await cutoverStatus(props.state, plan, props.files)).toMatchObject({
    state: { status: 'new' },
    holder: undefined,
  });
  expect(await snapshot()).toBe(before);
});

it('does not take a record that cannot be written for a failure of the command', async () => {
  const { plan, props } = await prepared();
  const files = cutoverFiles(props.state, plan);
  const store = fileStore(props.state, plan.fleet, files);
  const broken = {
    ...store,
    openJournal: async (token: number) => {
      const journal = await store.openJournal(token);
      return {
        get records() {
          return journal.records;
        },
        append: (...[event, at, token]: Parameters<typeof journal.append>) =>
          event.type === 'done' && event.result.kind === 'set-weights'
            ? Promise.reject(new Error('ENOSPC'))
            : journal.append(event, at, token),
        close: () => journal.close(),
      };
    },
  };
  await expect(startCutover({ ...props, store: broken })).rejects.toThrow('ENOSPC');
  expect((await types(props)).at(-1)).toBe('issued');
  await writeFile(files.journal, `${await readFile(files.journal, 'utf8')}{"torn`);
  expect(await resumeCutover(props)).toMatchObject({ exit: 0 });
});
