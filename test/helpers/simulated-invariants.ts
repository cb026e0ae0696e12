import { isDeepStrictEqual } from 'node:util';
import type { Kind } from '../../lib/clusters/cluster-port.ts';
import type { Command } from '../../lib/cutover/commands.ts';
import { evolve } from '../../lib/cutover/evolve.ts';
import type { JournalEvent, JournalRecord } from '../../lib/cutover/journal-event.ts';
import type { Mail } from '../../lib/cutover/mailbox.ts';
import type { CutoverPlan } from '../../lib/cutover/plan.ts';
import { type CutoverState, initialState } from '../../lib/cutover/state.ts';
import type { Colour } from '../../lib/fleet/colour.ts';
import type { Endpoint } from '../../lib/traffic/traffic-port.ts';
import { SingletonInvariants } from './simulated-singleton-invariants.ts';
import type { SimulatedStore } from './simulated-store.ts';
import { type SimulatedWorld, strangerArn } from './simulated-world.ts';

const minScale = 'autoscaling.knative.dev/min-scale';

/** The commands that a held cutover may name. */
export const nextCommands = ['zeroshift cutover --resume', 'zeroshift rollback', 'zeroshift finalize'];

/** Holds the design's invariants against everything that happens to the world; the numbers are the design's. */
export class SimulatedInvariants {
  readonly violations: string[] = [];
  /** Groups that somebody else changed, as they were before. */
  readonly foreign = new Map<string, { readonly before: readonly Endpoint[]; readonly at: number }>();
  /** Groups that a write of ours changed after it was given up. */
  readonly late = new Map<string, number>();
  readonly singletons: SingletonInvariants;
  /** What the durable lines of the journal lead to. */
  durable: CutoverState;
  #lines = 0;
  readonly #lastRead = new Map<string, number>();
  readonly #lastWrite = new Map<string, number>();
  #order = 0;
  /** Regions in which a write of ours gave weight to the target. */
  readonly #shifted = new Set<string>();
  /** Groups that somebody else, or a late write, ever changed. */
  readonly #touched = new Set<string>();
  /** Regions whose floors are being given up. */
  readonly #clearing = new Set<string>();
  /** Annotations by region, from before the first floor was set there. */
  readonly #before = new Map<string, Record<string, unknown>>();

  constructor(
    private readonly world: SimulatedWorld,
    private readonly plan: CutoverPlan,
    private readonly store: SimulatedStore,
  ) {
    this.durable = initialState(plan);
    this.singletons = new SingletonInvariants(world, plan, (text) => this.fail(text));
    world.clock.onPass(() => {
      this.#capacity();
      this.singletons.check();
    });
  }

  fail(text: string): void {
    if (this.violations.length < 5) this.violations.push(text);
  }

  /** Folds in what has become durable since. */
  catchUp(): CutoverState {
    for (; this.#lines < this.store.lines.length; this.#lines++) {
      const record = JSON.parse(this.store.lines[this.#lines] ?? '') as JournalRecord;
      this.durable = evolve(this.plan, this.durable, record);
      this.#decided(record.event);
    }
    return this.durable;
  }

  /** What a person has decided about is nobody else's change any more. */
  #decided(event: JournalEvent): void {
    if (event.type !== 'adopted' && event.type !== 'overwritten') return;
    for (const { region } of event.groups) {
      this.foreign.delete(this.world.groupArn(region));
      this.late.delete(this.world.groupArn(region));
    }
  }

  onRecord(record: JournalRecord, state: CutoverState): void {
    this.catchUp();
    if (!isDeepStrictEqual(state, this.durable)) this.fail('4: the journal rebuilds another state');
    this.singletons.check();
    const { event } = record;
    if (
      event.type === 'issued' &&
      event.command.kind === 'set-floors' &&
      !this.#before.has(event.command.region)
    )
      this.#before.set(event.command.region, this.world.annotations());
    if (event.type === 'issued' && event.command.kind === 'clear-floors') {
      this.#clearing.add(event.command.region);
      for (const { region, endpointGroupArn } of this.plan.regions) {
        if (this.foreign.has(endpointGroupArn) || this.late.has(endpointGroupArn)) continue;
        const leaving = state.status === 'finalizing' ? this.plan.from : this.plan.to;
        if (this.durable.regions[region]?.start === undefined && this.world.weight(region, leaving) !== 0)
          this.fail(`11: floors are given up while ${leaving} has weight in ${region}`);
      }
    }
    if (event.type === 'done' && event.result.kind === 'set-weights') {
      const arn = this.world.groupArn(event.region);
      if ((this.#lastRead.get(arn) ?? 0) < (this.#lastWrite.get(arn) ?? 0))
        this.fail('3: the weights were recorded without being read back');
      this.late.delete(arn);
    }
    if (event.type === 'done' && event.result.kind === 'sample' && state.status === 'forward') {
      const arn = this.world.groupArn(event.region);
      if (!this.world.accelerator.felt(arn) && !this.foreign.has(arn) && !this.late.has(arn))
        this.fail(`a step is watched in ${event.region} before its weights are DEPLOYED`);
    }
    if (event.type === 'held' && !nextCommands.includes(event.reason.next))
      this.fail(`12: held without a command that goes on: ${event.reason.next}`);
  }

  onMailTaken({ command }: Mail): void {
    if (command === 'rollback' && ['forward', 'completed', 'finalizing'].includes(this.catchUp().status))
      this.fail(`6: a rollback was asked for while ${this.durable.status}, and dropped`);
  }

  onGroupRead(arn: string): void {
    this.#lastRead.set(arn, ++this.#order);
  }

  onGroupWrite(arn: string, next: readonly Endpoint[]): void {
    const { accelerator } = this.world;
    const { region, endpoints: found } = accelerator.group(arn);
    this.#lastWrite.set(arn, ++this.#order);
    const healthy = found.filter(({ id }) => !accelerator.unhealthy.has(id)).map(({ id }) => id);
    if (healthy.length > 0 && !next.some(({ id, weight }) => weight > 0 && healthy.includes(id)))
      this.fail(`1: ${region} would have no weight on a healthy endpoint`);
    this.#expectIssued(region, ['set-weights']);
    if (next.some(({ id, weight }) => id === this.world.entrance(region, this.plan.to) && weight > 0))
      this.#shifted.add(region);
    const target = this.world.entrance(region, this.plan.to);
    const weightIn = (endpoints: readonly Endpoint[]): number =>
      endpoints.find(({ id }) => id === target)?.weight ?? 0;
    const { status, regions } = this.catchUp();
    // Who adopted a change of somebody else goes back to it.
    const toAdopted = status === 'rolling-back' && regions[region]?.start !== undefined;
    if (weightIn(next) > weightIn(found) && !toAdopted) {
      if (this.catchUp().regions[region]?.verified !== true || !this.#served(region))
        this.fail(`2: weight for ${this.plan.to} in ${region}, which is not verified`);
      if (accelerator.inProgress) this.fail(`a forward change in ${region} while another one is under way`);
      if (this.durable.status !== 'forward') this.fail(`a forward change while ${this.durable.status}`);
    }
    const stranger = (endpoints: readonly Endpoint[]) => endpoints.filter(({ id }) => id === strangerArn);
    const plain = (endpoints: readonly Endpoint[]) => stranger(endpoints).map(({ health, ...rest }) => rest);
    if (!isDeepStrictEqual(plain(next), plain(found))) this.fail("7: a stranger's endpoint would change");
    if (next.length !== found.length) this.fail('7: the group would gain or lose an endpoint');
    if (this.foreign.has(arn)) this.fail(`8: a foreign change in ${region} was overwritten`);
  }

  onLateWrite(arn: string, endpoints: readonly Endpoint[]): void {
    const weights = (all: readonly Endpoint[]) => new Map(all.map(({ id, weight }) => [id, weight]));
    if (!isDeepStrictEqual(weights(this.world.accelerator.group(arn).endpoints), weights(endpoints)))
      this.late.set(arn, this.world.clock.now());
    this.#touched.add(arn);
  }

  onForeignChange(arn: string, before: readonly Endpoint[]): void {
    this.foreign.set(arn, { before, at: this.world.clock.now() });
    this.#touched.add(arn);
  }

  onClusterWrite(region: string, colour: Colour, { kind, namespace }: Kind & { namespace?: string }): void {
    if (kind === 'Revision' || kind === 'PodAutoscaler')
      this.#expectIssued(region, ['set-floors', 'clear-floors']);
    else if (kind === 'Deployment' && namespace === 'kourier-system') this.#expectIssued(region, ['drain']);
    else if (kind === 'Deployment' || kind === 'CronJob')
      this.#expectIssued(region, ['hand-over', 'hand-back']);
    else {
      this.#expectIssued(region, ['migrate']);
      if (colour === this.plan.from) this.fail(`9: a migration writes ${kind} to ${colour}`);
    }
  }

  afterClusterWrite(region: string, { kind }: Kind): void {
    if (kind === 'Revision' || kind === 'PodAutoscaler') this.#starting(region);
  }

  /** What must hold when a cutover is over: at the target or at the start, with nothing of ours left behind. */
  atEnd(): void {
    const { status } = this.catchUp();
    for (const { region, endpointGroupArn, endpoints, entrances } of this.plan.regions) {
      if (this.foreign.has(endpointGroupArn) || this.late.has(endpointGroupArn)) {
        const changedAt = this.foreign.get(endpointGroupArn)?.at ?? this.late.get(endpointGroupArn) ?? 0;
        // What changes after the last look cannot be seen.
        if (changedAt < this.world.clock.now() - 8_000)
          this.fail(`8: ${status} over a foreign change in ${region}`);
        continue;
      }
      const adopted = this.durable.regions[region]?.start?.[entrances[this.plan.to]];
      const start = adopted ?? endpoints.find(({ id }) => id === entrances[this.plan.to])?.weight;
      const [to, from] = [this.world.weight(region, this.plan.to), this.world.weight(region, this.plan.from)];
      if (status === 'rolled-back' && to !== start)
        this.fail(`6: ${region} rolled back, but the target has ${to}`);
      const shifted = start === 0 && this.#shifted.has(region) && !this.#touched.has(endpointGroupArn);
      if (status === 'rolled-back' && shifted && this.world.gateway(region, this.plan.to).open >= 1)
        this.fail(`6: ${region} rolled back, but the target still has connections`);
      if (status === 'finalized' && (this.world.bypass.get(`${region}/${this.plan.from}`) ?? 0) > 0)
        this.fail(`9: ${region} finalized, although the source has requests`);
      if (status === 'finalized' && (to !== 100 || from !== 0))
        this.fail(`12: ${region} finalized with ${to} to ${from}`);
    }
    if (status === 'rolled-back' || status === 'finalized') this.singletons.atEnd(status);
    const now = this.world.annotations();
    for (const [region, before] of this.#before)
      for (const [key, annotations] of Object.entries(before))
        if (key.startsWith(`${region} `) && !isDeepStrictEqual(now[key], annotations))
          this.fail(
            `11: ${key} was left with ${JSON.stringify(now[key])}, not ${JSON.stringify(annotations)}`,
          );
  }

  #expectIssued(region: string, kinds: readonly Command['kind'][]): void {
    const { pending } = this.catchUp();
    if (pending === undefined || pending.region !== region || !kinds.includes(pending.kind))
      this.fail(`3: ${kinds.join(' or ')} in ${region} without a durable intent (${pending?.kind})`);
  }

  /** Every planned service is ready on the target. */
  #served(region: string): boolean {
    const services = this.plan.regions.find((facts) => facts.region === region)?.services ?? [];
    const { objects } = this.world.cluster(region, this.plan.to);
    return services.every(({ namespace, name }) => {
      const service = objects.get(`serving.knative.dev/v1/Service/${namespace}/${name}`);
      return service?.status?.conditions?.[0]?.status === 'True';
    });
  }

  /** No more pods are starting by a floor that was just raised than may. */
  #starting(region: string): void {
    const most = this.plan.policy.podsAtOnce ?? 20;
    const { pending, regions } = this.catchUp();
    if (pending?.kind !== 'set-floors') return;
    let shrunk = false;
    const starting = (regions[region]?.floors ?? []).reduce((sum, { colour, namespace, revision }) => {
      const cluster = this.world.cluster(region, colour);
      const scaler = cluster.scaler(namespace, revision);
      const least = Number(scaler?.metadata.annotations?.[minScale] ?? 0);
      // What ends between a look and the write that follows from it cannot be seen.
      shrunk ||= this.world.clock.now() - cluster.shrunkAt < 1_000;
      return sum + Math.max(0, least - Number(scaler?.status?.actualScale ?? 0));
    }, 0);
    if (starting > most && !shrunk) this.fail(`floors: ${starting} pods are starting at once in ${region}`);
  }

  /** From the first shift until the floors are given up, every floor has its pods. */
  #capacity(): void {
    const { regions } = this.catchUp();
    for (const [region, { shifted, floors }] of Object.entries(regions)) {
      // What somebody else gave the target before the floors is not of our doing.
      if (!shifted || !this.#shifted.has(region) || this.#clearing.has(region)) continue;
      for (const { colour, namespace, revision, pods } of floors) {
        const { objects } = this.world.cluster(region, colour);
        // One that somebody deleted needs no pods.
        if (!objects.has(`serving.knative.dev/v1/Revision/${namespace}/${revision}`)) continue;
        const scaler = this.world.cluster(region, colour).scaler(namespace, revision);
        const least = Number(scaler?.metadata.annotations?.[minScale] ?? 0);
        const there: number = scaler?.status?.actualScale ?? 0;
        if (least < pods || there < pods)
          this.fail(
            `11: ${colour} ${revision} in ${region} has ${there} of ${pods} pods, its floor is ${least}`,
          );
      }
    }
  }
}
