import type { ClusterPort, KubeObject, Reference } from '../../../lib/clusters/cluster-port.ts';
import type { DefinitionPort } from '../../../lib/clusters/definition-port.ts';
import type { Actor, JournalRecord } from '../../../lib/cutover/journal-event.ts';
import type { Lease } from '../../../lib/cutover/lease.ts';
import type { OperationProps } from '../../../lib/cutover/operate.ts';
import type { ColourPorts, CutoverPorts } from '../../../lib/cutover/ports.ts';
import type { RunResult } from '../../../lib/cutover/runner.ts';
import type { CutoverState } from '../../../lib/cutover/state.ts';
import { tableStore } from '../../../lib/cutover/store/dynamodb-state.ts';
import type { AppendedFile, Machine } from '../../../lib/cutover/store/machine.ts';
import { type CutoverStore, fileStore } from '../../../lib/cutover/store.ts';
import type { Colour } from '../../../lib/fleet/colour.ts';
import { ZeroshiftError } from '../../../lib/messages/error.ts';
import type { GatewaySample } from '../../../lib/metrics/metrics-port.ts';
import type { Endpoint } from '../../../lib/traffic/traffic-port.ts';
import { noSpace } from './disk.ts';
import type { FaultKind, Port } from './scenario.ts';
import { files, type Simulation } from './simulation.ts';

export type Ending =
  | { readonly kind: 'crashed' }
  | { readonly kind: 'result'; readonly result: RunResult | undefined }
  | { readonly kind: 'error'; readonly error: ZeroshiftError };

/** No run may take longer than this without ending or holding, in milliseconds of the world's time. */
const longest = 3_600_000;
const mostCalls = 40_000;
/** Milliseconds after which a system writes by itself. */
const writeBack = 5_000;
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

export interface Place {
  readonly host: string;
  /** Milliseconds by which its clock is off. */
  readonly clock: number;
}

/** One life of the command's process: what it calls can fail, and it can die, or sleep, at any call and any write of the store. */
export class Process {
  readonly actor: Actor;
  /** Of the lease that it took. 0 before. */
  token = 0;
  /** What it last saw of each group, and the number of the call: what a decision of it can rest on. */
  readonly read = new Map<string, { readonly at: number; readonly order: number }>();
  readonly wrote = new Map<string, number>();
  /** Only reads: whatever it writes is a mistake. */
  reads = false;
  /** When the call that is being made was begun, by the world's clock. */
  callBegan = 0;
  /** As the runner told it last. */
  state: CutoverState | undefined;
  #dead = false;
  #paused: Promise<void> | undefined;
  #calls = 0;
  readonly #startedAt: number;
  #die: (ending: Ending) => void = () => undefined;
  readonly #died = new Promise<Ending>((resolve) => {
    this.#die = resolve;
  });

  constructor(
    readonly simulation: Simulation,
    readonly place: Place,
    private readonly signal?: AbortSignal,
  ) {
    this.actor = { user: 'operator', host: place.host, pid: simulation.nextPid++ };
    this.#startedAt = simulation.world.clock.now();
    simulation.processes.set(this.actor.pid, this);
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /** Whether somebody else has taken the lease since. */
  get isZombie(): boolean {
    return this.token > 0 && this.token < this.simulation.newestToken;
  }

  /** Runs an operation to its end, or to the end of the process. */
  async run(operation: (props: OperationProps) => Promise<RunResult | undefined>): Promise<Ending> {
    const { simulation } = this;
    const finished = operation({
      plan: simulation.plan,
      ports: this.#ports(),
      store: this.store(),
      state: '',
      files,
      by: this.actor,
      onRecord: (record, state) => this.#onRecord(record, state),
      ...(this.signal === undefined ? {} : { signal: this.signal }),
    }).then(
      (result): Ending => ({ kind: 'result', result }),
      (error: unknown): Ending => {
        if (error instanceof ZeroshiftError) return { kind: 'error', error };
        throw error;
      },
    );
    const ending = await Promise.race([finished, this.#died]);
    if (ending.kind !== 'crashed') this.#end();
    return ending;
  }

  /** Does something with the store, or dies in it. */
  async use(work: (store: CutoverStore) => Promise<unknown>): Promise<void> {
    await Promise.race([work(this.store()), this.#died]);
    if (!this.#dead) this.#end();
  }

  kill(): void {
    if (this.#dead) return;
    const { world, disk } = this.simulation;
    this.#end();
    this.#die({ kind: 'crashed' });
    // What it had not synced is on the disk after a while all the same, if the power stays.
    world.clock.in(writeBack, () => disk.sync(files.journal));
  }

  #end(): void {
    this.#dead = true;
    this.simulation.processes.delete(this.actor.pid);
  }

  #onRecord(record: JournalRecord, state: CutoverState): void {
    this.state = state;
    this.simulation.checker.onRecord(this, record);
  }

  async #call<T>(
    port: Port | 'store',
    what: string,
    run: (fault: FaultKind | undefined) => Promise<T> | T,
    special: Partial<Record<FaultKind, () => void>> = {},
  ): Promise<T> {
    const { simulation } = this;
    const { world } = simulation;
    if (this.#dead) return never();
    if (port === 'cluster' || port === 'metrics') world.clock.advance(5);
    if (world.clock.now() - this.#startedAt > longest || ++this.#calls > mostCalls) {
      simulation.checker.fail(`12: a run has no end (${what})`);
      this.kill();
      return never();
    }
    const began = world.clock.now();
    const fault = simulation.next(port, what, this);
    if (fault === 'pause' && this.#paused === undefined) this.#pause();
    if (this.#paused !== undefined) await this.#paused;
    if (fault === 'crash-before' || fault === 'power-before') {
      special['crash-before']?.();
      this.#crash(fault);
    }
    if (this.#dead) return never();
    if (port !== 'store') {
      if (fault === 'unavailable') throw unavailable(port, what);
      if (fault === 'refused') throw refused(port, what);
      if (fault === 'late' && special.late !== undefined) {
        special.late();
        throw unavailable(port, what);
      }
    }
    if (fault === 'full') special.full?.();
    this.callBegan = began;
    const answer = await run(fault);
    if (fault === 'twice') special.twice?.();
    if (fault === 'crash-after' || fault === 'power-after') this.#crash(fault);
    if (this.#dead) return never();
    if (fault === 'lost' && port !== 'store') throw unavailable(port, what);
    return answer;
  }

  #crash(fault: FaultKind): void {
    if (fault.startsWith('power')) this.simulation.cutPower(this.place.host);
    this.kill();
  }

  /** The machine sleeps: so does its heart. Whoever has its processes elsewhere may take over. */
  #pause(): void {
    const { time } = this.simulation;
    this.simulation.onPause();
    this.#paused = time.sleep(10_000 + this.simulation.choose() * 60_000).then(() => {
      this.#paused = undefined;
    });
  }

  store(): CutoverStore {
    const { simulation } = this;
    const { plan } = simulation;
    const machine = this.#machine();
    const { table } = simulation.table;
    const store =
      simulation.scenario.store === 'files'
        ? fileStore('state', plan.fleet, files, machine)
        : tableStore(
            () => ({
              ...table,
              set: (...given) => this.#call('store', 'set', () => this.#writes(() => table.set(...given))),
              put: (...given) => this.#call('store', 'put', () => this.#writes(() => table.put(...given))),
              remove: (...given) =>
                this.#call('store', 'remove', () => this.#writes(() => table.remove(...given))),
            }),
            plan.fleet,
            plan.id,
            machine,
          );
    return {
      ...store,
      underWay: async () => [],
      mailbox: {
        send: (mail, now) => store.mailbox.send(mail, now),
        read: async () =>
          (await store.mailbox.read()).map(({ mail, done }) => ({
            mail,
            done: () => {
              if (!this.isZombie) simulation.checker.onMailTaken(mail);
              return done();
            },
          })),
      },
      takeLease: async (actor): Promise<Lease> => {
        const lease = await store.takeLease(actor);
        this.token = lease.token;
        simulation.onLease(lease.token);
        return lease;
      },
    };
  }

  async #writes<T>(write: () => Promise<T> | T): Promise<T> {
    if (this.reads) this.simulation.checker.fail('10: a verb that reads has written to the store');
    return write();
  }

  #machine(): Machine {
    const { simulation, place } = this;
    const { disk } = simulation;
    const read = async <T>(run: () => T): Promise<T> => (this.#dead ? never() : run());
    const write = <T>(what: string, run: () => T, special?: Partial<Record<FaultKind, () => void>>) =>
      this.#call('store', what, () => this.#writes(run), special);
    const full = (): void => {
      disk.full = true;
      simulation.inAWhile(() => {
        disk.full = false;
      });
    };
    return {
      host: place.host,
      identity: () => read(() => place.host),
      processStart: (pid) =>
        read(() => (simulation.processes.get(pid)?.actor.host === place.host ? `start of ${pid}` : '')),
      uniqueName: () => String(simulation.nextName++),
      sleep: (milliseconds) => (this.#dead ? never() : simulation.time.sleep(milliseconds)),
      every: (milliseconds, run) => {
        let on = true;
        const beat = (): void => {
          if (!on || this.#dead) return;
          if (this.#paused === undefined) run();
          simulation.world.clock.in(milliseconds, beat);
        };
        simulation.world.clock.in(milliseconds, beat);
        return () => {
          on = false;
        };
      },
      makeFolder: async () => undefined,
      names: (path) => read(() => disk.names(path)),
      read: (path) => read(() => disk.read(path)),
      write: (path, text) => write('write', () => disk.write(path, text), { full }),
      link: (from, to) => write('link', () => disk.link(from, to)),
      rename: (from, to) => write('rename', () => disk.rename(from, to)),
      remove: (path) => write('remove', () => disk.remove(path)),
      modified: (path) => read(() => disk.modified(path)),
      touch: (path) => read(() => disk.touch(path)),
      openAppended: async (path): Promise<AppendedFile> => {
        if (!this.reads) disk.open(path);
        return {
          read: () => read(() => Buffer.from(disk.read(path) ?? '', 'latin1')),
          size: () => read(() => disk.size(path)),
          append: (bytes) => {
            const text = bytes.toString('latin1');
            return write('append', () => disk.append(path, text), {
              full,
              // It dies within the line that it writes.
              'crash-before': () => {
                try {
                  disk.append(path, text.slice(0, Math.floor(text.length * simulation.choose())));
                } catch {
                  // The disk was full as well.
                }
              },
            });
          },
          truncate: (length) => write('truncate', () => disk.truncate(path, length)),
          sync: () =>
            write('sync', () => {
              if (disk.full) throw noSpace();
              disk.sync(path);
            }),
          close: async () => undefined,
        };
      },
    };
  }

  #ports(): CutoverPorts {
    const { world, time, checker } = this.simulation;
    const { accelerator, clock } = world;
    return {
      ...world.ports,
      clock: {
        now: () => clock.now() + this.place.clock,
        sleep: async (milliseconds) => {
          if (this.#dead) return never();
          if (this.#paused !== undefined) await this.#paused;
          await time.sleep(milliseconds);
          return this.#dead ? never() : undefined;
        },
      },
      prober: {
        probe: (target) =>
          this.#call('metrics', `probe ${target.host}`, () => world.ports.prober.probe(target)),
      },
      traffic: {
        readGroup: (arn) =>
          this.#call('traffic', 'readGroup', async (fault) => {
            // For a moment it answers what was before the last change.
            const stale = fault === 'stale' ? this.simulation.staleGroup(arn) : undefined;
            if (stale !== undefined) return stale;
            this.read.set(arn, { at: clock.now(), order: this.simulation.nextOrder++ });
            return accelerator.readGroup(arn);
          }),
        writeGroup: (arn, endpoints) =>
          this.#call(
            'traffic',
            'writeGroup',
            async () => {
              checker.onGroupWrite(this, arn, endpoints);
              this.wrote.set(arn, this.simulation.nextOrder++);
              this.simulation.keepBefore(arn);
              return accelerator.writeGroup(arn, endpoints);
            },
            {
              late: () => this.#landLate(arn, endpoints, true),
              twice: () => this.#landLate(arn, endpoints, false),
            },
          ),
        status: () => this.#call('traffic', 'status', () => accelerator.status()),
      },
      regions: Object.fromEntries(
        world.regions.map((region) => [
          region,
          { blue: this.#colour(region, 'blue'), green: this.#colour(region, 'green') },
        ]),
      ),
    };
  }

  /** Accepted, but it waits somewhere on its way, or is sent once more by it. */
  #landLate(arn: string, endpoints: readonly Endpoint[], first: boolean): void {
    const { world, checker } = this.simulation;
    if (first) checker.onGroupWrite(this, arn, endpoints);
    world.clock.in(3_000, () => {
      checker.onLateWrite(arn, endpoints);
      world.accelerator.set(arn, endpoints);
    });
  }

  #colour(region: string, colour: Colour): ColourPorts {
    const { world, checker } = this.simulation;
    const cluster = world.cluster(region, colour);
    const there = world.ports.regions[region]?.[colour];
    if (there === undefined) throw new Error(`no ports for ${colour} in ${region}`);
    const call = <T>(
      what: string,
      run: () => Promise<T>,
      special?: Partial<Record<FaultKind, () => void>>,
    ): Promise<T> =>
      this.#call(
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
      special?: Partial<Record<FaultKind, () => void>>,
    ): Promise<T> =>
      call(
        `${what} ${reference.kind}`,
        () => {
          checker.onClusterWrite(this, region, colour, reference);
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
    const gateways = async (): Promise<GatewaySample> =>
      this.simulation.asCounted(`${region}/${colour}`, await there.metrics.gateways());
    return {
      cluster: port,
      metrics: { gateways: () => this.#call('metrics', 'metrics', gateways) },
      entrance: there.entrance,
    };
  }
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const unavailable = (port: Port, what: string): ZeroshiftError =>
  new ZeroshiftError(`${what} was not answered`, { code: `${port}.unavailable`, source: 'outside' });

const refused = (port: Port, what: string): ZeroshiftError =>
  new ZeroshiftError(`${what} was refused`, { code: `${port}.denied`, source: 'outside' });
