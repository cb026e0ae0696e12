import type { ClusterPort, KubeObject, Reference } from '../../../lib/clusters/cluster-port.ts';
import type { DefinitionPort } from '../../../lib/clusters/definition-port.ts';
import type { ColourPorts, CutoverPorts } from '../../../lib/cutover/ports.ts';
import type { Colour } from '../../../lib/fleet/colour.ts';
import type { GatewaySample } from '../../../lib/metrics/metrics-port.ts';
import type { Endpoint } from '../../../lib/traffic/traffic-port.ts';
import { outsideOf, revisionsOf } from './outside.ts';
import { never, type Process, type Special, unavailable } from './process.ts';

/** Everything outside as one process reaches it. */
export function portsOf(process: Process): CutoverPorts {
  const { world, time, checker } = process.simulation;
  const { accelerator, clock } = world;
  return {
    ...world.ports,
    ...outsideOf(process),
    clock: {
      now: () => clock.now() + process.place.clock,
      sleep: async (milliseconds) => {
        if (process.isDead) return never();
        if (process.paused !== undefined) await process.paused;
        await time.sleep(milliseconds);
        return process.isDead ? never() : undefined;
      },
    },
    prober: {
      probe: (target) =>
        process.call('metrics', `probe ${target.host}`, () => world.ports.prober.probe(target)),
    },
    traffic: {
      readGroup: (arn) =>
        process.call('traffic', 'readGroup', async (fault) => {
          // For a moment it answers what was before the last change.
          const stale = fault === 'stale' ? process.simulation.staleGroup(arn) : undefined;
          if (stale !== undefined) return stale;
          process.read.set(arn, { at: clock.now(), order: process.simulation.nextOrder++ });
          return accelerator.readGroup(arn);
        }),
      writeGroup: (arn, endpoints) =>
        process.call(
          'traffic',
          'writeGroup',
          async () => {
            checker.onGroupWrite(process, arn, endpoints);
            process.wrote.set(arn, process.simulation.nextOrder++);
            process.simulation.keepBefore(arn);
            return accelerator.writeGroup(arn, endpoints);
          },
          {
            late: () => landLate(process, arn, endpoints, true),
            twice: () => landLate(process, arn, endpoints, false),
          },
        ),
      status: () => process.call('traffic', 'status', () => accelerator.status()),
    },
    regions: Object.fromEntries(
      world.regions.map((region) => [
        region,
        { blue: colourOf(process, region, 'blue'), green: colourOf(process, region, 'green') },
      ]),
    ),
  };
}

/** Accepted, but it waits somewhere on its way, or is sent once more by it. */
function landLate(process: Process, arn: string, endpoints: readonly Endpoint[], first: boolean): void {
  const { world, checker } = process.simulation;
  if (first) checker.onGroupWrite(process, arn, endpoints);
  world.clock.in(3_000, () => {
    checker.onLateWrite(arn, endpoints);
    world.accelerator.set(arn, endpoints);
  });
}

function colourOf(process: Process, region: string, colour: Colour): ColourPorts {
  const { world, checker } = process.simulation;
  const cluster = world.cluster(region, colour);
  const there = world.ports.regions[region]?.[colour];
  if (there === undefined) throw new Error(`no ports for ${colour} in ${region}`);
  const call = <T>(what: string, run: () => Promise<T>, special?: Special): Promise<T> =>
    process.call(
      'cluster',
      what,
      async () => {
        if (world.silent.has(`${region}/${colour}`)) throw unavailable('cluster', `${what} on ${colour}`);
        return run();
      },
      special,
    );
  const writes = <T>(
    what: string,
    reference: Reference,
    run: () => Promise<T>,
    special?: Special,
  ): Promise<T> =>
    call(
      `${what} ${reference.kind}`,
      () => {
        checker.onClusterWrite(process, region, colour, reference);
        return run();
      },
      special,
    );
  const port: ClusterPort & Pick<DefinitionPort, 'discover' | 'dryRun' | 'remove'> = {
    discover: () => call('discover', () => cluster.discover()),
    dryRun: (object) => call(`dry run ${object.kind}`, () => cluster.dryRun(object)),
    get: (reference) => call(`get ${reference.kind}`, () => cluster.get(reference)),
    list: (kind, options) => {
      const all = (): Promise<KubeObject[]> =>
        call(`list ${kind.kind}`, () => collected(cluster.list(kind, options)));
      return (async function* () {
        yield* await all();
      })();
    },
    apply: (object) =>
      writes('apply', { ...object, ...object.metadata }, () => cluster.apply(object), {
        twice: () => void cluster.apply(object).catch(() => undefined),
      }),
    patch: (reference, patch) => {
      const again = (): void => void cluster.patch(reference, patch).catch(() => undefined);
      // Only what rests on a version that it names may come late.
      const safe = 'resourceVersion' in ((patch as KubeObject).metadata ?? {});
      return writes('patch', reference, () => cluster.patch(reference, patch), {
        twice: again,
        ...(safe ? { late: () => world.clock.in(3_000, again) } : {}),
      });
    },
    create: (object) => writes('create', { ...object, ...object.metadata }, () => cluster.create(object)),
    remove: (object) => writes('remove', { ...object, ...object.metadata }, () => cluster.remove(object)),
    podProxy: () => call('proxy', () => cluster.podProxy()),
    ready: () => call('ready', () => cluster.ready()),
  };
  const balancer = process.simulation.balancers.get(`${region}/${colour}`);
  const gateways = async (): Promise<GatewaySample> =>
    process.simulation.asCounted(`${region}/${colour}`, await there.metrics.gateways());
  return {
    cluster: port,
    metrics: {
      gateways: () => process.call('metrics', 'metrics', gateways),
      ...(process.simulation.scenario.revisions
        ? {
            revisions: () =>
              process.call('metrics', 'revisions', () => revisionsOf(world.gateway(region, colour))),
          }
        : {}),
    },
    entrance: there.entrance,
    ...(balancer === undefined
      ? {}
      : { balancer: { read: () => process.call('outside', 'balancer', () => balancer.read()) } }),
  };
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
