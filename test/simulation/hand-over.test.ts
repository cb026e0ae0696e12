import { expect, it } from 'vitest';
import type { Colour } from '../../lib/fleet/colour.ts';
import { Case } from '../helpers/simulated-case.ts';

/** Singletons: what acts by itself runs once, and ends where the traffic ends. */
const region = 'eu-west-1';
const worker = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'worker' } as const;
const report = { apiVersion: 'batch/v1', kind: 'CronJob', namespace: 'shop', name: 'report' } as const;

async function stateOf(one: Case) {
  const of = async (colour: Colour) => {
    const cluster = one.world.cluster(region, colour);
    const [deployment, cron] = [await cluster.get(worker), await cluster.get(report)];
    return [deployment?.spec?.replicas, cron?.spec?.suspend];
  };
  return { blue: await of('blue'), green: await of('green') };
}

const onBlue = { blue: [2, false], green: [0, true] };
const onGreen = { blue: [0, true], green: [2, false] };

const handingOver = `${region}/hand-over`;
const kinds = (one: Case): string[] =>
  one.events.flatMap((event) => (event.type === 'done' ? [event.result.kind] : []));

it('hands them over after the last request of the source, and leaves them there', async () => {
  const one = await Case.of({ shares: [100] });
  const steps = one.plan.steps.map(({ kind }) => kind);
  expect(steps.slice(-4)).toEqual(['shift', 'drain', 'hand-over', 'hold']);
  expect(await one.run('start')).toMatchObject({ exit: 0, status: 'completed' });
  expect(await stateOf(one)).toEqual(onGreen);
  // What it was is journaled before anything of it is changed.
  const journaled = one.events.findIndex(
    (event) => event.type === 'issued' && event.command.kind === 'hand-over',
  );
  expect(one.events[journaled]).toMatchObject({
    command: {
      singletons: [
        { kind: 'CronJob', before: { blue: false, green: true } },
        { kind: 'Deployment', before: { blue: 2, green: 0 }, ready: 2 },
      ],
    },
  });
  expect(await one.run('finalize')).toMatchObject({ exit: 0, status: 'finalized' });
  one.atEnd();
});

it.each([
  ['asked for when it is completed', undefined],
  ['while they are handed over', /^patch CronJob in forward 6/],
  ['with only some of them handed over', /^patch Deployment in forward 6/],
] as const)('hands them back by a rollback %s: traffic first', async (_, what) => {
  const one = await Case.of({ shares: [100] });
  await one.run('start', what && { what, fault: 'crash-after' });
  expect(await one.run('rollback')).toMatchObject({ exit: 5 });
  expect(await stateOf(one)).toEqual(onBlue);
  const back = kinds(one);
  expect(back.lastIndexOf('set-weights')).toBeLessThan(back.indexOf('hand-back'));
  expect(back.lastIndexOf('drain')).toBeLessThan(back.indexOf('hand-back'));
  one.atEnd();
});

it('goes back by itself for a gate that fails after the hand-over', async () => {
  const one = await Case.of({ shares: [100] });
  one.once(`${region}/hold`, 'sample', () => {
    one.world.gateway(region, 'green').errorRate = 0.5;
  });
  expect(await one.run('start')).toMatchObject({ exit: 5, status: 'rolled-back' });
  expect(kinds(one)).toContain('hand-over');
  expect(await stateOf(one)).toEqual(onBlue);
});

it('takes the traffic back although the API server of the target is silent, and says what stays there', async () => {
  const one = await Case.of({ shares: [100] });
  await one.run('start');
  one.world.silent.add(`${region}/green`);
  expect(await one.run('rollback')).toMatchObject({ exit: 1, held: 'cluster.unavailable' });
  expect(one.weights()).toEqual([100, 0]);
  expect(one.state.held?.text).toContain(
    'not handed back to blue yet: CronJob shop/report, Deployment shop/worker in eu-west-1',
  );
  // It may still run there: it must not run here.
  expect((await stateOf(one)).blue).toEqual([0, true]);
  one.world.silent.clear();
  expect(await one.run('rollback')).toMatchObject({ exit: 5, status: 'rolled-back' });
  expect(await stateOf(one)).toEqual(onBlue);
});

it('hands them back although the gateways of the target cannot be drained', async () => {
  const one = await Case.of({ shares: [100] });
  await one.run('start');
  one.slow('gateway', 300_000);
  expect(await one.run('rollback')).toMatchObject({ exit: 1, held: 'cutover.drain-timeout' });
  expect(one.state.held?.text).not.toContain('not handed back');
  expect(await stateOf(one)).toEqual(onBlue);
});

it('says before anything moves what is not there, or runs there already, or would be started again', async () => {
  const one = await Case.of({ shares: [100] });
  const green = one.world.cluster(region, 'green');
  // Before that the migration would have put both right.
  one.once(`${region}/verify`, 'verify', () => {
    const [absent] = [...green.objects].filter(([key]) => key.endsWith('Deployment/shop/worker'));
    green.objects.delete(absent?.[0] ?? '');
    void green.patch(report, { spec: { suspend: false } });
  });
  await one.world.cluster(region, 'blue').apply({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: {
      name: 'keda-hpa-worker',
      namespace: 'shop',
      ownerReferences: [
        { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name: 'worker', uid: '1', controller: true },
      ],
    },
    spec: { minReplicas: 1, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'worker' } },
  });
  await one.simulation.planAgain();
  one.checker.singletons.meddled.add('CronJob shop/report');
  expect(one.plan.regions[0]?.singletons).toContainEqual({ ...worker, autoscaler: 'keda-hpa-worker' });
  expect(await one.run('start')).toMatchObject({ exit: 1, held: 'cutover.read-singletons-timeout' });
  expect(one.state.held?.text).toContain('Deployment shop/worker is not on green: bring it there');
  expect(one.state.held?.text).toContain('CronJob shop/report runs on green already');
  expect(one.state.held?.text).toContain('would be started again on blue by ScaledObject shop/worker');
  expect(one.weights()).toEqual([100, 0]);
  expect(kinds(one)).not.toContain('hand-over');
});

it('holds over what somebody else changed meanwhile, and goes on once it is put back', async () => {
  const one = await Case.of({ shares: [100] });
  const blue = one.world.cluster(region, 'blue');
  one.once(handingOver, 'read-singletons', () => void blue.patch(worker, { spec: { replicas: 5 } }));
  expect(await one.run('start')).toMatchObject({ exit: 1, held: 'cutover.singleton-changed' });
  expect(one.state.held?.text).toContain(
    'somebody else changed Deployment shop/worker on blue: .spec.replicas is 5, not 2',
  );
  // The other one was handed over all the same; this one is where it was.
  expect(await stateOf(one)).toMatchObject({ blue: [5, true], green: [0, true] });
  await blue.patch(worker, { spec: { replicas: 2 } });
  one.world.clock.advance(5_000);
  expect(await one.run('resume')).toMatchObject({ exit: 0, status: 'completed' });
  expect(await stateOf(one)).toEqual(onGreen);
});

it('does not start on the source what somebody started there while it ran on the target', async () => {
  const one = await Case.of({ shares: [100] });
  await one.run('start');
  one.checker.singletons.meddled.add('Deployment shop/worker');
  await one.world.cluster(region, 'blue').patch(worker, { spec: { replicas: 1 } });
  expect(await one.run('rollback')).toMatchObject({ exit: 1, held: 'cutover.singleton-changed' });
  expect(one.weights()).toEqual([100, 0]);
  await one.world.cluster(region, 'blue').patch(worker, { spec: { replicas: 0 } });
  expect(await one.run('rollback')).toMatchObject({ exit: 5 });
  expect(await stateOf(one)).toEqual(onBlue);
});

it('waits for pods and Jobs that take long to end, for so long, and then says which', async () => {
  const one = await Case.of({ shares: [100] });
  one.once(`${region}/drain`, 'drain', () => one.slow('end', 400_000));
  expect(await one.run('start')).toMatchObject({ exit: 1, held: 'cutover.hand-over-timeout' });
  expect(one.state.held?.text).toMatch(/Deployment shop\/worker waits for its pods to end: worker-1-\d+/);
  expect((await stateOf(one)).green[0]).toBe(0);
  one.world.clock.advance(400_000);
  one.slow('end', 4_000);
  expect(await one.run('resume')).toMatchObject({ exit: 0, status: 'completed' });
  expect(await stateOf(one)).toEqual(onGreen);
});

it('hands over as many pods as an autoscaler made of it by then, and takes back whatever it made there', async () => {
  const one = await Case.of({ shares: [100] });
  for (const colour of ['blue', 'green'] as const)
    await one.world.cluster(region, colour).apply({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'worker', namespace: 'shop' },
      spec: { minReplicas: 1, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'worker' } },
    });
  await one.simulation.planAgain();
  const size = (colour: Colour, replicas: number) =>
    void one.world.cluster(region, colour).patch(worker, { spec: { replicas } });
  one.once(`${region}/drain`, 'drain', () => size('blue', 4));
  one.once(handingOver, 'read-singletons', () => size('blue', 3));
  expect(await one.run('start')).toMatchObject({ exit: 0, status: 'completed' });
  expect((await stateOf(one)).green[0]).toBe(4);
  size('green', 6);
  expect(await one.run('rollback')).toMatchObject({ exit: 5 });
  expect(await stateOf(one)).toMatchObject({ blue: [4, false], green: [0, true] });
});

it('hands nothing over where there is nothing, and leaves plans as they were', async () => {
  const one = await Case.of({ shares: [100], singletons: false });
  expect(one.plan.steps.some(({ kind }) => kind === 'hand-over')).toBe(false);
  expect(one.plan.regions[0]).not.toHaveProperty('singletons');
  expect(await one.run('start')).toMatchObject({ exit: 0 });
});
