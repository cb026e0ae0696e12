import { isDeepStrictEqual } from 'node:util';
import type { Reference } from '../../../lib/clusters/cluster-port.ts';
import type { Command } from '../../../lib/cutover/commands.ts';
import { replay } from '../../../lib/cutover/evolve.ts';
import type { JournalRecord } from '../../../lib/cutover/journal-event.ts';
import type { Mail } from '../../../lib/cutover/mailbox.ts';
import type { HookTold } from '../../../lib/cutover/ports.ts';
import { type Colour, colours } from '../../../lib/fleet/colour.ts';
import type { Endpoint } from '../../../lib/traffic/traffic-port.ts';
import { SingletonInvariants } from '../../helpers/simulated-singleton-invariants.ts';
import { strangerArn } from '../../helpers/simulated-world.ts';
import type { Process } from '../model/process.ts';
import type { Simulation } from '../model/simulation.ts';
import { Ledger } from './ledger.ts';

const minScale = 'autoscaling.knative.dev/min-scale';

/** The commands that a held cutover may name. */
const nextCommands = /^zeroshift (cutover --resume|rollback|finalize|approve)/;
/** Milliseconds after which a process could have noticed. */
const noticed = 1_000;
/** What changes so late before an end, in milliseconds, cannot have been seen. */
const lastLook = 8_000;

/**
 * Holds the design's invariants against everything that happens to the world; the numbers are the design's. Of the engine it
 * uses nothing but `replay`, to see whether it gives the same as the runner had.
 */
export class Checker {
  readonly violations: string[] = [];
  readonly ledger: Ledger;
  /** Groups that somebody else changed, as they were before. */
  readonly foreign = new Map<string, { readonly before: readonly Endpoint[]; readonly at: number }>();
  /** Groups that a write of ours changed after it was given up. */
  readonly late = new Map<string, number>();
  readonly singletons: SingletonInvariants;
  #records: JournalRecord[] = [];
  /** When the lease was last taken by somebody else. */
  #takenAt = 0;
  #newestToken = 0;
  /** Regions in which a write of ours gave weight to the target, and groups that somebody else, or a late write, ever changed. */
  readonly #shifted = new Set<string>();
  readonly #touched = new Set<string>();
  /** Annotations from before the first floor was set in a region. */
  readonly #before = new Map<string, Record<string, unknown>>();
  /** When the health of an endpoint last changed. */
  readonly #health = new Map<string, { healthy: boolean; at: number }>();
  /** Since when the target is bad in a way that the gates must see, and since when nothing can be seen of it. */
  badSince: number | undefined;
  blindSince: number | undefined;

  constructor(private readonly simulation: Simulation) {
    const { world, plan } = simulation;
    this.ledger = new Ledger(plan, (text) => this.fail(text));
    this.singletons = new SingletonInvariants(world, plan, (text) => this.fail(text));
    world.clock.onPass(() => {
      this.#capacity();
      this.#everyHealth();
    });
  }

  fail(text: string): void {
    if (this.violations.length < 5) this.violations.push(text);
    this.simulation.trace.add(`VIOLATION ${text}`);
  }

  /** Reads on in the journal, as far as it is on the disk for certain. */
  catchUp(): Ledger {
    for (const line of this.simulation.newLines()) {
      const record = JSON.parse(line) as JournalRecord;
      // Of a process that had lost the lease: no reader counts it.
      if (this.simulation.scenario.store === 'files' && record.token < this.ledger.token) continue;
      this.#records.push(record);
      this.ledger.add(record);
      this.simulation.trace.add(`record ${record.hash}`, () => JSON.stringify(record.event).slice(0, 240));
    }
    return this.ledger;
  }

  get records(): readonly JournalRecord[] {
    return this.#records;
  }

  onRecord(process: Process, record: JournalRecord): void {
    const ledger = this.catchUp();
    const last = this.#records.at(-1);
    if (!process.isZombie && last?.hash !== record.hash)
      this.fail(`3: ${record.event.type} counts for its process, and is not on the disk`);
    const { event } = record;
    const { world, plan } = this.simulation;
    if (event.type === 'done' && event.result.kind === 'set-weights') {
      const arn = world.groupArn(event.region);
      if ((process.read.get(arn)?.order ?? 0) < (process.wrote.get(arn) ?? 0))
        this.fail('3: the weights were recorded without being read back');
      this.late.delete(arn);
    }
    if (event.type === 'done' && event.result.kind === 'sample' && ledger.firstSample === record.at)
      this.#firstSampleAt = world.clock.now();
    if (event.type === 'done' && event.result.kind === 'sample' && ledger.status === 'forward') {
      const arn = world.groupArn(event.region);
      const ours = !this.foreign.has(arn) && !this.late.has(arn) && !this.#touched.has(arn);
      if (ours && !world.accelerator.felt(arn))
        this.fail(`gates: ${event.region} is watched before its weights are DEPLOYED`);
    }
    if (event.type === 'issued' && event.command.kind === 'set-floors')
      if (!this.#before.has(event.command.region))
        this.#before.set(event.command.region, world.annotations());
    if (event.type === 'issued' && event.command.kind === 'clear-floors')
      for (const { region, endpointGroupArn: arn } of plan.regions) {
        if (this.foreign.has(arn) || this.late.has(arn) || this.#touched.has(arn)) continue;
        const leaving = ledger.status === 'finalizing' ? plan.from : plan.to;
        if (
          world.weight(region, leaving) !== 0 &&
          ledger.region(region).start[world.entrance(region, leaving)] === 0
        )
          this.fail(`11: floors are given up while ${leaving} has weight in ${region}`);
      }
    if (event.type === 'held' && (!nextCommands.test(event.reason.next) || event.reason.text === ''))
      this.fail(`12: held without a reason and a command that goes on: ${event.reason.next}`);
    if (event.type === 'adopted' || event.type === 'overwritten')
      for (const { region } of event.groups) {
        this.foreign.delete(world.groupArn(region));
        this.late.delete(world.groupArn(region));
      }
    if (event.type === 'failed' && event.failure.code === 'zeroshift.bug')
      this.fail(`a bug: ${event.failure.message}`);
    if (event.type === 'done' && event.result.kind === 'hook')
      for (const { name, ok } of event.result.calls)
        if (this.#hooks.get(`${event.result.step}/${event.result.when}/${name}`) !== ok)
          this.fail(`hands: the journal has another answer of ${name} than it gave`);
    if (event.type === 'started') this.#onStarted(process);
    if (event.type === 'judged') this.#onJudged(event.gates.map(({ verdict }) => verdict));
  }

  /** A bad target, or one of which nothing is known, passes no gate. */
  #onJudged(verdicts: readonly string[]): void {
    if (verdicts.length === 0 || verdicts.some((verdict) => verdict !== 'pass')) return;
    const since = this.#firstSampleAt;
    for (const [what, from] of [
      ['is bad', this.badSince],
      ['has shown nothing', this.blindSince],
    ] as const)
      if (from !== undefined && from < since - noticed)
        this.fail(`gates: ${this.ledger.step} passed although the target ${what}`);
  }

  /** When the look that counts began, by the world's clock. */
  #firstSampleAt = 0;

  #onStarted(process: Process): void {
    const { world, plan } = this.simulation;
    for (const { endpointGroupArn } of plan.regions) {
      const change = this.foreign.get(endpointGroupArn);
      // What changed after it had looked is found before the first effect, by the rules for foreign changes.
      const looked = process.read.get(endpointGroupArn)?.at ?? world.clock.now();
      if (change !== undefined && change.at < Math.min(looked, world.clock.now() - noticed))
        this.fail('a stale plan was accepted: its endpoint group was changed');
    }
    if (this.simulation.newServiceThere) this.fail('a stale plan was accepted: there is a new service');
  }

  /** What hooks said last, by step, time and name. */
  readonly #hooks = new Map<string, boolean>();

  onHook(process: Process, { step, when, region }: HookTold): void {
    if (process.isZombie) return;
    this.#expectIntent(region, ['hook']);
    const { status, step: entered } = this.ledger;
    if (status !== 'forward' || step !== entered)
      this.fail(`hands: hooks of ${step} are called ${when} it, in ${entered}, ${status}`);
  }

  onHooked({ step, when, hook }: HookTold, ok: boolean): void {
    this.#hooks.set(`${step}/${when}/${hook}`, ok);
  }

  onMailTaken({ command }: Mail): void {
    const { status } = this.catchUp();
    if (command === 'rollback' && ['forward', 'completed', 'finalizing'].includes(status))
      this.fail(`6: a rollback was asked for while ${status}, and dropped`);
  }

  onLease(token: number): void {
    if (token <= this.#newestToken) this.fail(`5: the token ${token} was given after ${this.#newestToken}`);
    this.#newestToken = Math.max(this.#newestToken, token);
    this.#takenAt = this.simulation.world.clock.now();
  }

  onGroupWrite(process: Process, arn: string, next: readonly Endpoint[]): void {
    const { world, plan } = this.simulation;
    const { accelerator, clock } = world;
    const { region, endpoints: found } = accelerator.group(arn);
    if (process.isZombie) {
      this.#onZombie(process, `a write of ${region}`);
      this.onLateWrite(arn, next);
      return;
    }
    const readAt = process.read.get(arn)?.at ?? 0;
    const steady = (id: string): boolean => (this.#health.get(id)?.at ?? 0) <= readAt;
    const healthy = found
      .filter(({ id }) => !accelerator.unhealthy.has(id) && steady(id))
      .map(({ id }) => id);
    const changing = found.some(({ id }) => !steady(id));
    if (healthy.length > 0 && !changing && !next.some(({ id, weight }) => weight > 0 && healthy.includes(id)))
      this.fail(`1: ${region} would have no weight on a healthy endpoint`);
    if (next.every(({ weight }) => weight === 0)) this.fail(`1: ${region} would have no weight at all`);
    this.#expectIntent(region, ['set-weights']);
    const target = world.entrance(region, plan.to);
    const weightIn = (endpoints: readonly Endpoint[]): number =>
      endpoints.find(({ id }) => id === target)?.weight ?? 0;
    if (weightIn(next) > 0) this.#shifted.add(region);
    const { status } = this.ledger;
    if (weightIn(next) > weightIn(found) && (status === 'forward' || status === 'finalizing')) {
      if (!this.ledger.region(region).verified || !this.#served(region))
        this.fail(`2: weight for ${plan.to} in ${region}, which is not verified`);
      const reading = process.followed.get(region);
      const isLevel = reading?.level === true && reading.open.length === 0;
      if (world.followed && status === 'forward' && !this.ledger.mends && !isLevel)
        this.fail(`2: weight for ${plan.to} in ${region}, which lacks what ${plan.from} has`);
      if (accelerator.inProgress && !this.#touched.has(arn) && this.#changedSince(readAt) === false)
        this.fail(`a forward change in ${region} while another one is under way`);
    } else if (weightIn(next) > weightIn(found) && this.ledger.region(region).start[target] === 0)
      this.fail(`6: weight for ${plan.to} in ${region} while ${status}`);
    const change = this.foreign.get(arn)?.at;
    // What changed between a look and the write that follows from it cannot be seen.
    if (change !== undefined && change >= readAt) return;
    const strangers = (endpoints: readonly Endpoint[]) =>
      endpoints
        .filter(({ id }) => id.startsWith(strangerArn))
        .map(({ health, healthReason, ...rest }) => rest);
    if (next.length !== found.length) this.fail('7: the group would gain or lose an endpoint');
    else if (!isDeepStrictEqual(strangers(next), strangers(found)))
      this.fail("7: a stranger's endpoint would change");
    if (change !== undefined && clock.now() > change && !this.#accepted(region))
      this.fail(`8: a foreign change in ${region} was overwritten`);
  }

  /** Whether anybody changed any group since then. */
  #changedSince(time: number): boolean {
    return (
      [...this.foreign.values()].some(({ at }) => at >= time) ||
      [...this.late.values()].some((at) => at >= time)
    );
  }

  /** A person said that it may be. */
  #accepted(region: string): boolean {
    const arn = this.simulation.world.groupArn(region);
    const at = this.foreign.get(arn)?.at ?? 0;
    return this.acceptedAt > at;
  }
  acceptedAt = 0;

  /** Somebody who has lost the lease does something: what he had begun by then comes late; he begins nothing more. */
  #onZombie(process: Process, what: string): void {
    if (process.callBegan > this.#takenAt + noticed)
      this.fail(`5: ${what} by a process that lost the lease a while ago`);
  }

  onLateWrite(arn: string, endpoints: readonly Endpoint[]): void {
    const { world } = this.simulation;
    const weights = (all: readonly Endpoint[]) => new Map(all.map(({ id, weight }) => [id, weight]));
    if (!isDeepStrictEqual(weights(world.accelerator.group(arn).endpoints), weights(endpoints)))
      this.late.set(arn, world.clock.now());
    this.#touched.add(arn);
  }

  onForeignChange(arn: string, before: readonly Endpoint[]): void {
    this.foreign.set(arn, { before, at: this.simulation.world.clock.now() });
    this.#touched.add(arn);
  }

  onClusterWrite(process: Process, region: string, colour: Colour, { kind, namespace }: Reference): void {
    if (process.reads) this.fail(`10: a verb that reads writes a ${kind}`);
    if (process.isZombie) this.#onZombie(process, `a write of a ${kind}`);
    else if (kind === 'Revision' || kind === 'PodAutoscaler')
      this.#expectIntent(region, ['set-floors', 'clear-floors', 'migrate']);
    else if (kind === 'Deployment' && namespace === 'kourier-system') this.#expectIntent(region, ['drain']);
    else if (kind === 'Pod') this.#expectIntent(region, ['hold-nodes', 'free-nodes']);
    else if (kind === 'Deployment' || kind === 'CronJob')
      this.#expectIntent(region, ['hand-over', 'hand-back', 'migrate']);
    else {
      this.#expectIntent(region, ['migrate']);
      if (colour === this.simulation.plan.from) this.fail(`9: a migration writes ${kind} to ${colour}`);
    }
  }

  /** The same journal gives the same state: what the runner had, and what is made of the whole journal. */
  onEnd(process: Process): void {
    if (process.state === undefined || process.isZombie) return;
    this.catchUp();
    if (!isDeepStrictEqual(replay(this.simulation.plan, this.#records), process.state))
      this.fail('4: the journal rebuilds another state');
  }

  /** What must hold when a cutover is over: at the target or at the start, with nothing of ours left behind. */
  atEnd(): void {
    const { status } = this.catchUp();
    const { world, plan } = this.simulation;
    for (const { region, endpointGroupArn: arn, entrances } of plan.regions) {
      if (this.foreign.has(arn) || this.late.has(arn)) {
        const changedAt = Math.max(this.foreign.get(arn)?.at ?? 0, this.late.get(arn) ?? 0);
        if (changedAt < world.clock.now() - lastLook && !this.#accepted(region))
          this.fail(`8: ${status} over a change by others in ${region}`);
        continue;
      }
      const { start } = this.ledger.region(region);
      const [to, from] = [world.weight(region, plan.to), world.weight(region, plan.from)];
      const [toStart, fromStart] = [start[entrances[plan.to]], start[entrances[plan.from]]];
      if (status === 'rolled-back' && (to !== toStart || from !== fromStart))
        this.fail(`6: ${region} rolled back, but has ${from} to ${to}`);
      const shifted = this.#shifted.has(region) && !this.#touched.has(arn);
      if (status === 'rolled-back' && shifted && world.gateway(region, plan.to).open >= 1)
        this.fail(`6: ${region} rolled back, but the target still has connections`);
      // What no gateway counts nobody can know of.
      const hidden = this.simulation.counting === 'quiet';
      if (status === 'finalized' && !hidden && (world.bypass.get(`${region}/${plan.from}`) ?? 0) > 0)
        this.fail(`9: ${region} finalized, although the source has requests`);
      if (status === 'finalized' && !this.#touched.has(arn) && (to !== 100 || from !== 0))
        this.fail(`12: ${region} finalized with ${from} to ${to}`);
    }
    if (status === 'rolled-back' || status === 'finalized') this.singletons.atEnd(status);
    for (const { region } of plan.regions)
      for (const colour of colours)
        for (const { kind, metadata } of world.cluster(region, colour).objects.values())
          if (kind === 'Pod' && metadata.annotations?.['zeroshift.dev/held-for'] !== undefined)
            this.fail(`11: the node of ${metadata.name} of ${colour} in ${region} is still held`);
    const now = world.annotations();
    for (const [region, before] of this.#before)
      for (const [key, annotations] of Object.entries(before))
        if (key.startsWith(`${region} `) && !isDeepStrictEqual(now[key], annotations))
          this.fail(
            `11: ${key} was left with ${JSON.stringify(now[key])}, not ${JSON.stringify(annotations)}`,
          );
  }

  #expectIntent(region: string, kinds: readonly Command['kind'][]): void {
    const { intent } = this.catchUp();
    if (intent === undefined || intent.region !== region || !kinds.includes(intent.kind))
      this.fail(`3: ${kinds.join(' or ')} in ${region} without a durable intent (${intent?.kind})`);
  }

  /** Every planned service is ready on the target. */
  #served(region: string): boolean {
    const { world, plan } = this.simulation;
    const services = plan.regions.find((facts) => facts.region === region)?.services ?? [];
    const { objects } = world.cluster(region, plan.to);
    return services.every(({ namespace, name }) => {
      const service = objects.get(`serving.knative.dev/v1/Service/${namespace}/${name}`);
      return service?.status?.conditions?.[0]?.status === 'True';
    });
  }

  #everyHealth(): void {
    const { accelerator, clock } = this.simulation.world;
    for (const { endpoints } of accelerator.groups.values())
      for (const { id } of endpoints) {
        const healthy = !accelerator.unhealthy.has(id);
        const before = this.#health.get(id);
        if (before === undefined || before.healthy !== healthy)
          this.#health.set(id, { healthy, at: before === undefined ? 0 : clock.now() });
      }
  }

  /** From the first shift until the floors are given up, every floor has its pods. */
  #capacity(): void {
    const { world } = this.simulation;
    for (const [region, { shifted, clearing, floors }] of this.ledger.regions) {
      if (!shifted || clearing) continue;
      for (const { colour, namespace, revision, pods } of floors) {
        const cluster = world.cluster(region, colour);
        // One that somebody deleted needs no pods.
        if (!cluster.objects.has(`serving.knative.dev/v1/Revision/${namespace}/${revision}`)) continue;
        const scaler = cluster.scaler(namespace, revision);
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
