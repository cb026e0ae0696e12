import { expect, it } from 'vitest';
import { Case } from '../helpers/simulated-case.ts';

/** One case after the other, step by step, each of them once a mistake or likely to become one. */

it('does not take a step that was held for its time to be through when it goes on', async () => {
  const one = await Case.of();
  one.slow('pod', 300_000);
  expect(await one.run('start')).toMatchObject({ exit: 1, held: 'cutover.set-floors-timeout' });
  one.world.clock.advance(10_000);
  // The pods are still not there: it waits its time once more, and gives no weight.
  expect(await one.run('resume')).toMatchObject({ exit: 1, held: 'cutover.set-floors-timeout' });
  expect(one.weights()).toEqual([100, 0]);
  one.world.clock.advance(300_000);
  one.slow('pod', 1_500);
  expect(await one.run('resume')).toMatchObject({ exit: 0, status: 'completed' });
});

it('says of pods of floors that no node takes why they are not there', async () => {
  const one = await Case.of();
  one.slow('pod', 300_000);
  one.world.cluster('eu-west-1', 'green').put({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'cart-1', namespace: 'shop', labels: { 'serving.knative.dev/revision': 'cart-00001' } },
    status: {
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: '0/3 nodes are available',
        },
      ],
    },
  });
  expect(await one.run('start')).toMatchObject({ exit: 1, held: 'cutover.set-floors-timeout' });
  expect(one.state.held?.text).toContain('green shop/cart-00001 (1 of 4: 0/3 nodes are available)');
  // What was raised until then is put back.
  expect(await one.run('rollback')).toMatchObject({ exit: 5 });
  one.atEnd();
});

it('puts floors back also where a revision has gone meanwhile', async () => {
  const one = await Case.of({ shares: [100] });
  await one.run('start');
  const blue = one.world.cluster('eu-west-1', 'blue');
  for (const key of [...blue.objects.keys()].filter((one) => one.endsWith('shop/catalog-v1')))
    blue.objects.delete(key);
  expect(await one.run('rollback')).toMatchObject({ exit: 5 });
  expect(one.state.regions['eu-west-1']?.floors).toEqual([]);
});

it('verifies again before it gives more weight after a stop', async () => {
  const one = await Case.of();
  expect(await one.run('start', { what: /^record judged/, fault: 'crash-before' })).toBe('crashed');
  const service = one.world.cluster('eu-west-1', 'green');
  const reference = {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    namespace: 'shop',
    name: 'cart',
  };
  await service.patch(reference, { spec: { template: { spec: { containers: [{ image: 'other:1' }] } } } });
  one.world.clock.advance(10_000);
  expect(await one.run('resume')).toMatchObject({ exit: 1, held: 'cutover.verify-timeout' });
  expect(one.weights()).toEqual([95, 5]);
});

it('waits for DEPLOYED also when the answer to its write was lost', async () => {
  const one = await Case.of();
  one.world.accelerator.propagation = 12_000;
  expect(await one.run('start', { what: /^writeGroup/, fault: 'lost', times: 2 })).toMatchObject({ exit: 0 });
  const kinds = one.events.map((event) => (event.type === 'done' ? event.result.kind : event.type));
  const written = kinds.indexOf('set-weights');
  // A look every half second, for as long as the change is under way.
  expect(kinds.slice(written + 1, kinds.indexOf('sample', written)).length).toBeGreaterThan(15);
});

it('goes back from weights that it may have written and never saw', async () => {
  const one = await Case.of();
  expect(await one.run('start', { what: /^writeGroup/, fault: 'lost', times: 1 })).toMatchObject({ exit: 0 });
  const other = await Case.of();
  expect(await other.run('start', { what: /^writeGroup/, fault: 'crash-after' })).toBe('crashed');
  expect(other.weights()).toEqual([95, 5]);
  // Refused for good at first: what was announced before must still be known when it is given again.
  expect(await other.run('rollback', { what: /^writeGroup/, fault: 'refused' })).toMatchObject({
    held: 'traffic.denied',
  });
  expect(await other.run('rollback')).toMatchObject({ exit: 5, status: 'rolled-back' });
  expect(other.weights()).toEqual([100, 0]);
  // The flows that the target got meanwhile were drained.
  expect(other.events.some((event) => event.type === 'done' && event.result.kind === 'drain')).toBe(true);
});

it('tries again what may pass, ever more slowly, and holds when it has lasted too long', async () => {
  const one = await Case.of();
  const many = { what: /^readGroup in forward 4/, fault: 'unavailable', times: 1_000 } as const;
  expect(await one.run('start', many)).toMatchObject({ exit: 1, held: 'traffic.unavailable' });
  const failed = one.checker.records.filter(({ event }) => event.type === 'failed').map(({ at }) => at);
  const pauses = failed.slice(1).map((at, index) => at - (failed[index] ?? 0));
  expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  expect(await one.run('resume')).toMatchObject({ exit: 0, status: 'completed' });
});

it('takes the other regions back where one cannot go', async () => {
  const one = await Case.of({ regions: 2, shares: [100] });
  const [first = '', second = ''] = one.world.regions;
  const arn = one.world.groupArn(first);
  one.once(`${second}/shift-100`, 'sample', () => {
    const before = one.world.accelerator.group(arn).endpoints;
    one.checker.onForeignChange(arn, before);
    one.world.accelerator.set(
      arn,
      before.map((endpoint) => (endpoint.weight === 0 ? { ...endpoint, weight: 77 } : endpoint)),
    );
    one.world.gateway(second, 'green').errorRate = 0.5;
  });
  expect(await one.run('start')).toMatchObject({ status: 'rolling-back', held: 'cutover.foreign-change' });
  expect(one.state.held).toMatchObject({ next: 'zeroshift rollback', text: expect.stringContaining(first) });
  expect(one.state.rollback?.gates?.[0]).toMatchObject({ gate: 'success-rate', region: second });
  expect([one.weights(first), one.weights(second)]).toEqual([
    [77, 100],
    [100, 0],
  ]);
  expect(one.state.regions[second]?.drained).toContain('green');
  one.world.accelerator.set(arn, one.checker.foreign.get(arn)?.before ?? []);
  one.checker.foreign.clear();
  expect(await one.run('rollback')).toMatchObject({ exit: 5 });
  expect([one.weights(first), one.weights(second)]).toEqual([
    [100, 0],
    [100, 0],
  ]);
});

it('gives a drain on the way back its own time, not the rest of what was waited for before', async () => {
  const one = await Case.of({ cutover: { deployTimeout: '5m', drain: { quiet: '5s', timeout: '30s' } } });
  one.in(20, () => {
    one.world.accelerator.propagation = 60_000;
    one.world.mute.add('eu-west-1/green');
  });
  expect(await one.run('start')).toMatchObject({ exit: 5, status: 'rolled-back' });
  const slow = await Case.of({ cutover: { drain: { quiet: '5s', timeout: '30s' } } });
  slow.in(20, () => {
    slow.slow('gateway', 50_000);
    slow.world.mute.add('eu-west-1/green');
  });
  expect(await slow.run('start')).toMatchObject({ exit: 1, held: 'cutover.drain-timeout' });
  expect(slow.state.held?.next).toBe('zeroshift rollback');
  expect(slow.weights()).toEqual([100, 0]);
  slow.world.clock.advance(120_000);
  expect(await slow.run('rollback')).toMatchObject({ exit: 5 });
});

it('goes on after a change that took too long to be DEPLOYED', async () => {
  const one = await Case.of();
  one.world.accelerator.propagation = 90_000;
  expect(await one.run('start')).toMatchObject({ exit: 1, held: 'cutover.deploy-timeout' });
  one.world.clock.advance(60_000);
  one.world.accelerator.propagation = 2_000;
  expect(await one.run('resume')).toMatchObject({ exit: 0, status: 'completed' });
});

it('holds on the healthy colour when the one to go back to is not', async () => {
  const one = await Case.of({ shares: [100] });
  expect(await one.run('start')).toMatchObject({ exit: 0 });
  one.world.accelerator.unhealthy.add(one.world.entrance('eu-west-1', 'blue'));
  expect(await one.run('rollback')).toMatchObject({ exit: 1, held: 'cutover.invariant' });
  expect(one.state.held?.text).toContain('no healthy endpoint of the group would have weight');
  expect(one.weights()).toEqual([0, 100]);
  one.world.accelerator.unhealthy.clear();
  expect(await one.run('rollback')).toMatchObject({ exit: 5 });
});

it('finalizes only an empty source, and keeps the way back until then', async () => {
  const one = await Case.of({ shares: [100] });
  expect(await one.run('start')).toMatchObject({ exit: 0 });
  one.world.bypass.set('eu-west-1/blue', 2);
  expect(await one.run('finalize')).toMatchObject({ exit: 4, held: 'cutover.source-not-empty' });
  expect(one.state.held?.next).toBe('zeroshift finalize');
  expect(one.state.regions['eu-west-1']?.floors.length).toBeGreaterThan(0);
  expect(await one.run('finalize')).toMatchObject({ exit: 4 });
  one.world.bypass.clear();
  expect(await one.run('finalize', { what: /^patch/, fault: 'crash-after' })).toBe('crashed');
  expect(await one.run('finalize')).toMatchObject({ exit: 0, status: 'finalized' });
  one.atEnd();

  const back = await Case.of({ shares: [100] });
  await back.run('start');
  back.world.bypass.set('eu-west-1/blue', 2);
  await back.run('finalize');
  expect(await back.run('rollback')).toMatchObject({ exit: 5, status: 'rolled-back' });
});

it('does not finalize over gateways that restarted, or weights that somebody else moved', async () => {
  const one = await Case.of({ shares: [100] });
  await one.run('start');
  one.world.clock.advance(200_000);
  one.in(3, () => {
    const gateway = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: 'kourier-system',
      name: '3scale-kourier-gateway',
    };
    void one.world
      .cluster('eu-west-1', 'blue')
      .patch(gateway, { spec: { template: { metadata: { annotations: { by: 'hand' } } } } });
  });
  expect(await one.run('finalize')).toMatchObject({ exit: 4, held: 'cutover.source-restarted' });
  one.world.clock.advance(60_000);
  const arn = one.world.groupArn('eu-west-1');
  const { endpoints } = one.world.accelerator.group(arn);
  one.world.accelerator.set(
    arn,
    endpoints.map((endpoint) => ({ ...endpoint, weight: endpoint.weight + 3 })),
  );
  expect(await one.run('finalize')).toMatchObject({ exit: 1, held: 'cutover.foreign-change' });
});

it('waits for enough requests where a share is small', async () => {
  const one = await Case.of({
    shares: [0.5, 100],
    traffic: { flows: 30, requests: 300 },
    cutover: { bake: '5s', patience: '60s', gates: { minSamples: 60 } },
  });
  expect(await one.run('start')).toMatchObject({ exit: 0, status: 'completed' });
});

it('goes back for a gate that was judged before the process died', async () => {
  const one = await Case.of();
  one.in(15, () => {
    one.world.gateway('eu-west-1', 'green').errorRate = 0.5;
  });
  expect(await one.run('start', { what: /^record rollback-begun/, fault: 'crash-before' })).toBe('crashed');
  // It has healed since; a verdict stays a verdict.
  one.world.gateway('eu-west-1', 'green').errorRate = 0;
  expect(await one.run('resume')).toMatchObject({ exit: 5, status: 'rolled-back' });
});

it('is not kept waiting by a clock that was set back', async () => {
  const one = await Case.of();
  expect(await one.run('start', { what: /^record done in forward 4/, fault: 'crash-after' })).toBe('crashed');
  const { clock } = one.world;
  const ahead = clock.now.bind(clock);
  const began = ahead();
  clock.now = () => ahead() - 3_600_000;
  expect(await one.run('resume')).toMatchObject({ exit: 0, status: 'completed' });
  expect(ahead() - began).toBeLessThan(120_000);
});

it('takes a rollback that is asked for while it finalizes', async () => {
  const one = await Case.of({ shares: [100] });
  await one.run('start');
  one.world.clock.advance(200_000);
  const by = { user: 'other', host: 'elsewhere', pid: 1 };
  one.in(3, () => one.tell({ command: 'rollback', by }));
  expect(await one.run('finalize')).toMatchObject({ exit: 5, status: 'rolled-back' });
  expect(one.weights()).toEqual([100, 0]);
});
