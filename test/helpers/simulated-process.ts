import type { ClusterPort, KubeObject } from '../../lib/clusters/cluster-port.ts';
import type { DefinitionPort } from '../../lib/clusters/definition-port.ts';
import { acceptChange } from '../../lib/cutover/hands-on.ts';
import type { JournalEvent } from '../../lib/cutover/journal-event.ts';
import {
  finalizeCutover,
  type OperationProps,
  resumeCutover,
  rollbackCutover,
  startCutover,
} from '../../lib/cutover/operate.ts';
import type { CutoverPlan } from '../../lib/cutover/plan.ts';
import type { ColourPorts, CutoverPorts } from '../../lib/cutover/ports.ts';
import type { RunResult } from '../../lib/cutover/runner.ts';
import type { CutoverStore } from '../../lib/cutover/store.ts';
import type { Colour } from '../../lib/fleet/colour.ts';
import { ZeroshiftError } from '../../lib/messages/error.ts';
import type { Endpoint } from '../../lib/traffic/traffic-port.ts';
import { SimulatedFollow } from './simulated-follow.ts';
import type { SimulatedInvariants } from './simulated-invariants.ts';
import type { SimulatedStore } from './simulated-store.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/**
 * What can befall one call or one record: the process dies before or after it (a record can be torn); the call is not
 * accepted; it is, and the answer is lost; it takes effect only later; it is refused for good.
 */
export const faultKinds = ['crash-before', 'crash-after', 'unavailable', 'lost', 'late', 'refused'] as const;
export type FaultKind = (typeof faultKinds)[number];

/** Faults by the number of the call or record at which they strike, counted over all lives of the process. */
export class SimulatedFaults {
  /** Ports that do not answer at all now. */
  readonly outages = new Set<Port>();
  /** Every call and record, and where in the cutover it came. */
  readonly trace: string[] = [];

  constructor(private readonly faults: ReadonlyMap<number, FaultKind>) {}

  next(port: Port | 'journal', what: string): FaultKind | undefined {
    const fault = this.faults.get(this.trace.length);
    this.trace.push(what);
    return fault ?? (port !== 'journal' && this.outages.has(port) ? 'unavailable' : undefined);
  }
}

export type Port = 'traffic' | 'cluster' | 'metrics';
export type Verb = 'start' | 'resume' | 'rollback' | 'finalize' | 'adopt' | 'overwrite';

export type Ending =
  | { readonly kind: 'crashed' }
  | { readonly kind: 'result'; readonly result: RunResult }
  | { readonly kind: 'error'; readonly error: ZeroshiftError };

export interface ProcessProps {
  readonly world: SimulatedWorld;
  readonly store: SimulatedStore;
  readonly plan: CutoverPlan;
  readonly faults: SimulatedFaults;
  readonly invariants: SimulatedInvariants;
  readonly signal?: AbortSignal;
  /** Called at each call and record; a promise holds it up. @default - nothing does */
  readonly pause?: (what: string) => Promise<void> | undefined;
  /** Whether somebody else is at work by now: what this one still does is a late write. @default - never */
  readonly zombie?: () => boolean;
}

/** No run may take longer than this without ending or holding, in milliseconds of the world's time. */
const longest = 3_600_000;
const mostCalls = 60_000;
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** One life of the command's process: what it calls can fail, and it can die at any call or record. */
export class SimulatedProcess {
  #dead = false;
  #calls = 0;
  #die: (ending: Ending) => void = () => undefined;
  readonly #died = new Promise<Ending>((resolve) => {
    this.#die = resolve;
  });
  readonly #startedAt: number;

  constructor(private readonly props: ProcessProps) {
    this.#startedAt = props.world.clock.now();
  }

  /** Runs a verb to its end, or to the end of the process. */
  run(verb: Verb): Promise<Ending> {
    const { plan, signal } = this.props;
    const operation: OperationProps = {
      plan,
      ports: this.#ports(),
      store: this.#store(),
      state: '',
      files: { directory: '', plan: '', journal: '', mailbox: '', runbook: '' },
      onRecord: (record, state) => {
        // Before the first record of a newer token, an older one's is late and no harm: the newer one sees it.
        if (this.props.zombie?.() !== true) this.props.invariants.onRecord(record, state);
        else if (this.props.store.newestToken > record.token)
          this.props.invariants.fail('5: a process without the lease wrote a record');
      },
      ...(signal === undefined ? {} : { signal }),
    };
    const verbs = {
      start: startCutover,
      resume: resumeCutover,
      rollback: rollbackCutover,
      finalize: finalizeCutover,
      adopt: (props: OperationProps) => acceptChange(props, 'adopted'),
      overwrite: (props: OperationProps) => acceptChange(props, 'overwritten'),
    };
    const finished = verbs[verb](operation).then(
      (result): Ending => {
        if (result === undefined) throw new Error('nobody else was at work');
        return { kind: 'result', result };
      },
      (error: unknown): Ending => {
        if (error instanceof ZeroshiftError) return { kind: 'error', error };
        throw error;
      },
    );
    return Promise.race([finished, this.#died]);
  }

  kill(): void {
    this.#dead = true;
    this.#die({ kind: 'crashed' });
  }

  async #call<T>(port: Port | 'journal', what: string, run: () => Promise<T>, late?: () => void): Promise<T> {
    const { world, faults, invariants, pause } = this.props;
    if (this.#dead) return never();
    if (port === 'cluster' || port === 'metrics') world.clock.advance(5);
    const gone = world.clock.now() - this.#startedAt > longest || ++this.#calls > mostCalls;
    if (gone) {
      invariants.fail(`12: a run has no end (${what})`);
      this.kill();
    }
    const held = pause?.(what);
    if (held !== undefined) await held;
    const { status, step } = invariants.catchUp();
    const fault = faults.next(port, `${what} in ${status} ${step}`);
    if (fault === 'crash-before') {
      // Every other time it dies within the line that it writes.
      if (port === 'journal' && this.#calls % 2 === 0) this.props.store.torn = '{"at":1767225600000,"event":';
      this.kill();
    }
    if (this.#dead) return never();
    if (port !== 'journal') {
      if (fault === 'unavailable') throw unavailable(port, what);
      if (fault === 'refused') throw refused(port, what);
      if (fault === 'late' && late !== undefined) {
        late();
        throw unavailable(port, what);
      }
    }
    const answer = await run();
    if (fault === 'crash-after') this.kill();
    if (this.#dead) return never();
    if (fault === 'lost' && port !== 'journal') throw unavailable(port, what);
    return answer;
  }

  #store(): CutoverStore {
    const { store, invariants } = this.props;
    return {
      takeLease: (actor) => store.takeLease(actor),
      leaseHolder: () => store.leaseHolder(),
      isHeld: () => store.isHeld(),
      underWay: () => store.underWay(),
      readRecords: () => store.readRecords(),
      mailbox: {
        send: (mail, now) => store.mailbox.send(mail, now),
        read: async () =>
          (await store.mailbox.read()).map(({ mail, done }) => ({
            mail,
            done: () => {
              invariants.onMailTaken(mail);
              return done();
            },
          })),
      },
      openJournal: async () => {
        const journal = await store.openJournal();
        return {
          ...journal,
          append: (event: JournalEvent, at: number, token: number) =>
            this.#call('journal', `record ${event.type}`, () => journal.append(event, at, token)),
        };
      },
    };
  }

  #ports(): CutoverPorts {
    const { world, invariants } = this.props;
    const { accelerator, clock } = world;
    return {
      rules: world.ports.rules,
      ...(world.followed ? { follow: new SimulatedFollow(world.behind) } : {}),
      ...(world.hooks === undefined ? {} : { hooks: world.hooks }),
      clock: {
        now: () => clock.now(),
        sleep: async (milliseconds) => {
          if (this.#dead) return never();
          clock.advance(milliseconds);
          return this.#dead ? never() : undefined;
        },
      },
      prober: {
        probe: (target) =>
          this.#call('metrics', `probe ${target.host}`, () => world.ports.prober.probe(target)),
      },
      traffic: {
        readGroup: (arn) =>
          this.#call('traffic', 'readGroup', async () => {
            invariants.onGroupRead(arn);
            return accelerator.readGroup(arn);
          }),
        writeGroup: (arn, endpoints) =>
          this.#call(
            'traffic',
            'writeGroup',
            async () => {
              if (this.props.zombie?.() === true) invariants.onLateWrite(arn, endpoints);
              else invariants.onGroupWrite(arn, endpoints);
              return accelerator.writeGroup(arn, endpoints);
            },
            () => this.#landLate(arn, endpoints),
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

  /** Accepted, but it waits somewhere on its way and takes effect seconds after it was given up. */
  #landLate(arn: string, endpoints: readonly Endpoint[]): void {
    const { world, invariants } = this.props;
    invariants.onGroupWrite(arn, endpoints);
    world.clock.in(3_000, () => {
      if (!invariants.foreign.has(arn)) {
        invariants.onLateWrite(arn, endpoints);
        world.accelerator.set(arn, endpoints);
      }
    });
  }

  #colour(region: string, colour: Colour): ColourPorts {
    const { world, invariants } = this.props;
    const cluster = world.cluster(region, colour);
    const there = world.ports.regions[region]?.[colour];
    if (there === undefined) throw new Error(`no ports for ${colour} in ${region}`);
    const call = <T>(what: string, run: () => Promise<T>, late?: () => void): Promise<T> =>
      this.#call(
        'cluster',
        what,
        async () => {
          if (world.silent.has(`${region}/${colour}`)) throw unavailable('cluster', `${what} on ${colour}`);
          return run();
        },
        late,
      );
    const port: ClusterPort & Pick<DefinitionPort, 'discover' | 'dryRun' | 'remove'> = {
      get: (reference) => call(`get ${reference.kind}`, () => cluster.get(reference)),
      list: (kind, options) => {
        const all = (): Promise<KubeObject[]> =>
          call(`list ${kind.kind}`, () => collected(cluster.list(kind, options)));
        return (async function* () {
          yield* await all();
        })();
      },
      apply: (object) =>
        call(`apply ${object.kind}`, () => {
          if (this.props.zombie?.() !== true)
            invariants.onClusterWrite(region, colour, { ...object, ...object.metadata });
          return cluster.apply(object);
        }),
      patch: (reference, patch) =>
        call(
          `patch ${reference.kind}`,
          async () => {
            const ours = this.props.zombie?.() !== true;
            if (ours) invariants.onClusterWrite(region, colour, reference);
            const patched = await cluster.patch(reference, patch);
            if (ours) invariants.afterClusterWrite(region, reference);
            return patched;
          },
          // Only what rests on a version that it names may come late.
          'resourceVersion' in ((patch as KubeObject).metadata ?? {})
            ? () => world.clock.in(3_000, () => void cluster.patch(reference, patch).catch(() => undefined))
            : undefined,
        ),
      create: (object) => call(`create ${object.kind}`, () => cluster.create(object)),
      discover: () => call('discover', () => cluster.discover()),
      dryRun: (object) => call(`dry run ${object.kind}`, () => cluster.dryRun(object)),
      remove: (object) => call(`remove ${object.kind}`, () => cluster.remove(object)),
      podProxy: () => call('proxy', () => cluster.podProxy()),
      ready: () => call('ready', () => cluster.ready()),
    };
    const metrics = { gateways: () => this.#call('metrics', 'metrics', () => there.metrics.gateways()) };
    return { cluster: port, metrics, entrance: there.entrance };
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
