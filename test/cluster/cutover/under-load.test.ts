import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../../lib/cli/connect.ts';
import {
  type CutoverPlan,
  type CutoverPorts,
  finalizeCutover,
  type JournalRecord,
  makePlan,
  type OperationProps,
  replay,
  resumeCutover,
  rollbackCutover,
  savePlan,
  startCutover,
} from '../../../lib/cutover/index.ts';
import { type Colour, colours, type Fleet, loadFleet } from '../../../lib/fleet/index.ts';
import { openContexts, withPodTimes } from '../../../lib/rehearsal/contexts/index.ts';
import { inProcess, startWorld, type World } from '../../../lib/rehearsal/index.ts';
import {
  type LoadOptions,
  type LoadResult,
  type LoadRun,
  type LoadTarget,
  startLoad,
} from '../../../lib/rehearsal/load/index.ts';
import { rehearsalFleet } from '../../../lib/rehearsal/rehearsal-fleet.ts';
import { portsInto, seedWorld } from '../../../lib/rehearsal/rehearse.ts';
import { sharedKubeconfig, silence, until } from '../index.ts';
import { clusters, onClusters } from '../on-clusters.ts';

/** Milliseconds that an answer may take while a node dies: what hangs is given up after it. */
const deadlineMs = 5_000;
/** Milliseconds until the accelerator sees that an entrance has no healthy target. */
const seenWithin = 10_000;

interface Cutover {
  readonly operation: OperationProps;
  readonly plan: CutoverPlan;
  readonly records: JournalRecord[];
}

onClusters('cutovers on two clusters under keep-alive and HTTP/2 connections', () => {
  const { signal } = new AbortController();
  let folder: string;
  let fleet: Fleet;
  let world: World;
  let ports: CutoverPorts;
  let targets: LoadTarget[];
  let load: LoadRun | undefined;
  const loads: LoadRun[] = [];
  let wake: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zeroshift-under-load-'));
    const given = rehearsalFleet(await loadFleet(join(import.meta.dirname, '../rehearsed.config.ts')));
    const contexts = { kubeconfig: sharedKubeconfig(), contexts: { blue: 'blue', green: 'green' } };
    world = await startWorld({
      fleet: given,
      directory: folder,
      seed: 1,
      live: 'blue',
      start: inProcess,
      signal,
      clusters: openContexts({ ...contexts, start: inProcess, leave: false, say: () => undefined }),
    });
    ports = await portsInto(world, { connect, fleet: given, signal });
    const both = Object.values(ports.regions).flatMap(({ blue, green }) => [blue.cluster, green.cluster]);
    fleet = await withPodTimes(given, both);
    targets = await seedWorld({ fleet, world, say: () => undefined, signal }, ports);
  }, 300_000);
  afterAll(async () => {
    await wake?.();
    for (const one of loads) one.stop();
    await world?.close();
    await rm(folder, { recursive: true, force: true });
  }, 200_000);

  const groupArn = (): string => world.locator.regions[0]?.endpointGroupArn ?? '';
  const endpoint = async (colour: Colour) => {
    const { endpoints } = await ports.traffic.readGroup(groupArn());
    return endpoints.find(({ id }) => id === world.clusters[colour].entrance.arn);
  };
  const weights = async () => [(await endpoint('blue'))?.weight, (await endpoint('green'))?.weight];

  const loadWith = (options: Partial<LoadOptions>): LoadRun => {
    const started = startLoad({
      address: Object.values(world.locator.accelerator.addresses)[0] ?? '',
      targets,
      // The lane shares the machine with all of this.
      rate: 40,
      seed: 2,
      http2Share: 0.3,
      flowMemory: world.flowMemory,
      maxRequests: 200_000,
      maxDurationMs: 600_000,
      ...options,
    });
    loads.push(started);
    return started;
  };
  const underLoad = (options: Partial<LoadOptions> = {}): LoadRun => {
    load = loadWith(options);
    return load;
  };
  const ended = async (run: LoadRun): Promise<LoadResult> => {
    run.stop();
    return run.finished;
  };
  const tell = (what: string, { totals, http2, phases, generator }: LoadResult): void =>
    console.log(
      `${what}: ${totals.scheduled} requests, ${totals.lost} lost; over HTTP/2 ${JSON.stringify(http2)}; flows ${JSON.stringify(
        phases.map(({ name, flows }) => [name, flows.blue, flows.green]),
      )}; generator late by ${Math.round(generator.worstDelayMs)} ms at most`,
    );

  /** A cutover with a plan of now. `on` is told of each record. */
  async function planned(
    on: (record: JournalRecord, step: string) => void = () => undefined,
  ): Promise<Cutover> {
    const plan = await makePlan(fleet, world.locator, ports);
    const state = join(folder, 'state');
    const files = await savePlan(state, plan);
    const records: JournalRecord[] = [];
    let step = '';
    const onRecord = (record: JournalRecord): void => {
      records.push(record);
      if (record.event.type === 'step-entered') {
        step = record.event.step.split('/').at(-1) ?? '';
        load?.setPhase(step);
      }
      on(record, step);
    };
    return { plan, records, operation: { plan, ports, state, files, onRecord } };
  }

  const isFirstLook = ({ event }: JournalRecord, step: string, at: string): boolean =>
    step === at && event.type === 'done' && event.result.kind === 'sample';

  it('goes back from 50 % without losing a request', async () => {
    const run = underLoad();
    let back: Promise<unknown> | undefined;
    // Sessions that begin now come to both colours, and stay there until they are sent away.
    let late: LoadRun | undefined;
    const { operation, plan, records } = await planned((record, step) => {
      if (!isFirstLook(record, step, 'shift-50')) return;
      late ??= loadWith({ rate: 10, seed: 3, freshShare: 0, http2Share: 1, http2Sessions: 12 });
      back ??= rollbackCutover(operation);
    });
    const result = await startCutover(operation);
    await back;
    expect([result.exit, replay(plan, records).status]).toEqual([5, 'rolled-back']);
    const { totals, lost, http2, phases } = await ended(run).then((all) => {
      tell('rollback', all);
      return all;
    });
    expect(lost).toEqual([]);
    expect(totals.lost).toBe(0);
    expect(await weights()).toEqual([100, 0]);
    expect(http2?.answered).toBeGreaterThan(300);
    if (late === undefined) throw new Error('there were no late sessions');
    const sent = await ended(late);
    tell('sessions of 50 %', sent);
    expect(sent.lost).toEqual([]);
    // Some had come to green, and its drain sent them away: as many as began anew.
    expect(sent.http2?.goaways).toBeGreaterThan(0);
    expect(sent.http2?.sessions).toBe(12 + (sent.http2?.goaways ?? 0));
    expect(sent.phases[0]?.flows.green).toBe(sent.http2?.goaways);
    expect(phases.find(({ name }) => name === 'shift-50')?.flows.green).toBeGreaterThan(5);
  }, 300_000);

  it('stays on green when the node of blue dies at 50 %: what is lost ends when it is seen', async () => {
    // What starts from zero takes longer than that on a busy machine.
    const warm = targets.filter(({ service }) => service !== 'shop/hello');
    const run = underLoad({ targets: warm.map((target) => ({ ...target, deadlineMs })) });
    let [diedAt, seenAt] = [0, 0];
    let dying: Promise<void> | undefined;
    const die = async (): Promise<void> => {
      wake = await silence(clusters().blue.place);
      diedAt = Date.now();
      run.setPhase('dead');
      await until(
        'the accelerator sees it',
        30,
        async () => (await endpoint('blue'))?.health === 'UNHEALTHY',
      );
      seenAt = Date.now();
      run.setPhase('seen');
    };
    const { operation, plan, records } = await planned((record, step) => {
      if (isFirstLook(record, step, 'shift-50')) dying ??= die();
    });
    const held = await startCutover(operation);
    await dying;
    const { held: why, status } = replay(plan, records);
    console.log(`seen after ${seenAt - diedAt} ms; exit ${held.exit}, ${status}: ${JSON.stringify(why)}`);
    expect(why).toBeDefined();
    expect(await weights()).toEqual([50, 50]);
    // A person who asks for the way back does not get it while there is nothing to go back to.
    await rollbackCutover(operation);
    const asked = replay(plan, records);
    console.log(`asked to go back: ${asked.status}: ${JSON.stringify(asked.held)}`);
    expect(asked.held).toMatchObject({ code: 'cutover.invariant' });
    expect(await weights()).toEqual([50, 50]);
    const given = records.filter(({ event }) => event.type === 'done' && event.result.kind === 'set-weights');
    expect(given.length).toBe(2);

    const all = await ended(run);
    tell('death of a node', all);
    const { totals, lastLostAt, phases } = all;
    console.log(
      `lost by: ${JSON.stringify(all.lostByReason)}; the last ${(lastLostAt.blue ?? 0) - diedAt} ms after`,
    );
    expect(seenAt - diedAt).toBeLessThan(seenWithin);
    expect(totals.lost).toBeGreaterThan(0);
    // Only what had reached blue, and nothing for longer than requests hang on flows that began before anybody knew.
    expect(Object.keys(lastLostAt)).toEqual(['blue']);
    expect(lastLostAt.blue).toBeLessThan(seenAt + 2 * deadlineMs + 1_000);
    expect(all.lost.filter(({ at }) => at < diedAt - deadlineMs)).toEqual([]);
    const seen = phases.find(({ name }) => name === 'seen');
    expect(seen?.flows.blue).toBe(0);
    expect(seen?.flows.green).toBeGreaterThan(100);

    await wake?.();
    wake = undefined;
    await until('blue is healthy again', 120, async () => (await endpoint('blue'))?.health === 'HEALTHY');
    await resumeCutover(operation);
    expect(replay(plan, records).status).toBe('rolled-back');
    expect(await weights()).toEqual([100, 0]);
  }, 500_000);

  it('replaces blue by green without losing a request, and judges each revision by what its gateways counted', async () => {
    const run = underLoad();
    const { operation, plan, records } = await planned();
    expect((await startCutover(operation)).exit).toBe(0);
    expect((await finalizeCutover(operation)).exit).toBe(0);
    const all = await ended(run);
    tell('cutover', all);
    expect(replay(plan, records).status).toBe('finalized');
    expect(all.lost).toEqual([]);
    expect(all.totals.lost).toBe(0);
    expect(await weights()).toEqual([0, 100]);
    expect(all.http2?.goaways).toBeGreaterThan(0);

    const judged = records.flatMap(({ event }) =>
      event.type === 'judged' ? event.gates.filter(({ gate }) => gate === 'services') : [],
    );
    for (const gate of judged) console.log(JSON.stringify(gate));
    // Each share, the drain and the hold; at 50 % there are enough of both colours to compare.
    expect(judged.length).toBeGreaterThan(2);
    expect(judged.map(({ verdict }) => verdict)).not.toContain('fail');
    expect(Math.max(...judged.map(({ samples }) => samples))).toBeGreaterThanOrEqual(4);
    for (const colour of colours) {
      const metrics = ports.regions['eu-west-1']?.[colour].metrics;
      const [revisions, gateways] = [await metrics?.revisions?.(), await metrics?.gateways()];
      console.log(`${colour}: ${JSON.stringify(revisions)}, all ${gateways?.requests}`);
      expect(Object.keys(revisions ?? {})).toContain('shop/catalog-v2');
    }
  }, 400_000);
});
