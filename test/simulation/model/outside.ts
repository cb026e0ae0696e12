import type { FollowReading } from '../../../lib/cutover/commands.ts';
import type { CutoverPorts, FollowPort, HookPort } from '../../../lib/cutover/ports.ts';
import type { BalancerMinute, BalancerPort } from '../../../lib/metrics/balancer-port.ts';
import type { RevisionTraffic } from '../../../lib/metrics/metrics-port.ts';
import type { OwnGatePort } from '../../../lib/metrics/own-gate-port.ts';
import type { SimulatedGateways } from '../../helpers/simulated-gateways.ts';
import type { SimulatedWorld } from '../../helpers/simulated-world.ts';
import { never, type Process } from './process.ts';

/** What the team has beside the clusters: hooks and gates of its own, load balancers, and a target that is kept equal. */
export class Outside {
  /** What hooks do now. @default - they say yes */
  hooks: 'veto' | 'hangs' | undefined;
  /** What the team's own gate says now. @default - that all is well */
  own: 'fails' | 'silent' | undefined;
  /** Region → objects that came to the target since it is followed. */
  readonly written = new Map<string, number>();
  /** `region/colour` → part of its flows that is reset, 0–1. */
  readonly resets = new Map<string, number>();
  /** Whether nothing is known of the load balancers. */
  balancersSilent = false;

  constructor(readonly world: SimulatedWorld) {}

  mend(): void {
    this.hooks = undefined;
    this.own = undefined;
    this.world.behind.clear();
    this.resets.clear();
    this.balancersSilent = false;
  }

  reading(region: string): FollowReading {
    const there = this.world.behind.get(region) ?? {};
    const written = this.written.get(region) ?? 0;
    return { begun: true, level: true, lagMs: 0, behind: [], open: [], written, ...there };
  }
}

/** A port for all of it, as one process reaches it. */
export function outsideOf(process: Process): Pick<CutoverPorts, 'hooks' | 'ownGates' | 'follow' | 'doctor'> {
  const { world, scenario } = process.simulation;
  const looked = { results: [], movingNodes: true };
  return {
    hooks: hooksOf(process),
    ownGates: ownGatesOf(process),
    ...(scenario.movingNodes
      ? { doctor: { look: () => process.call('outside', 'doctor', () => looked) } }
      : {}),
    ...(world.followed ? { follow: followOf(process) } : {}),
  };
}

function hooksOf(process: Process): HookPort {
  const { outside, checker, time } = process.simulation;
  return {
    call: (name, told, timeout) =>
      process.call('outside', `hook ${name}`, async () => {
        checker.onHook(process, told);
        const does = outside.hooks;
        const own = await outside.world.hooks?.call(name, told, timeout);
        if (does === 'hangs') await time.sleep(timeout);
        if (process.isDead) return never();
        const answer =
          own ??
          (does === 'hangs'
            ? { ok: false, text: 'no answer in time' }
            : { ok: does !== 'veto', text: does === 'veto' ? 'status 409: not now' : 'status 200' });
        checker.onHooked(told, answer.ok);
        return answer;
      }),
  };
}

function ownGatesOf(process: Process): OwnGatePort {
  const { outside } = process.simulation;
  return {
    ask: () =>
      process.call('outside', 'own gates', () => {
        const { own } = outside;
        if (own === 'silent') return [{ name: 'orders', text: 'no answer within 10 s' }];
        return [{ name: 'orders', value: own === 'fails' ? 9 : 1, text: 'it said a number' }];
      }),
  };
}

/** It ends with its process; what it brought over stays. */
function followOf(process: Process): FollowPort {
  const { outside } = process.simulation;
  const on = new Set<string>();
  const look = (region: string): FollowReading | undefined => {
    if (!on.has(region)) return undefined;
    const reading = outside.reading(region);
    process.followed.set(region, reading);
    return reading;
  };
  return {
    begin: ({ region }) =>
      process.call('cluster', 'follow', () => {
        on.add(region);
        return true;
      }),
    status: (region) => process.call('cluster', 'follow status', () => look(region)),
    end: (region) =>
      process.call('cluster', 'end follow', () => {
        const last = look(region);
        on.delete(region);
        return last;
      }),
    endAll: async () => on.clear(),
  };
}

/** Seconds that a load balancer still tells of; they stand for its minutes, which are longer than a run. */
const kept = 12;

/** What a colour's load balancer counts: the flows of its gateways, second by second. */
export class SimulatedBalancer implements BalancerPort {
  readonly #seconds: BalancerMinute[] = [];
  #counted = 0;

  constructor(
    private readonly outside: Outside,
    private readonly where: string,
    private readonly gateways: SimulatedGateways,
  ) {
    outside.world.clock.onPass(() => this.#pass());
  }

  async read(): Promise<{ minutes: readonly BalancerMinute[]; error?: string }> {
    if (this.outside.balancersSilent) return { minutes: [], error: 'the load balancer says nothing' };
    return { minutes: this.#seconds.slice(0, -1) };
  }

  #pass(): void {
    const at = Math.floor(this.outside.world.clock.now() / 1000) * 1000;
    const flows = Math.max(0, this.gateways.flows - this.#counted);
    this.#counted = this.gateways.flows;
    const last = this.#seconds.at(-1);
    const resets = flows * (this.outside.resets.get(this.where) ?? 0);
    if (last?.at === at)
      this.#seconds[this.#seconds.length - 1] = {
        ...last,
        flows: last.flows + flows,
        targetResets: last.targetResets + resets,
      };
    else this.#seconds.push({ at, flows, targetResets: resets, balancerResets: 0, unhealthy: 0 });
    if (this.#seconds.length > kept) this.#seconds.shift();
  }
}

/** Parts of a colour's requests that come to its revisions. */
const parts = { 'shop/cart-00001': 0.9, 'shop/catalog-v1': 0.1 };

/** The gateways' requests, revision by revision. */
export async function revisionsOf(gateways: SimulatedGateways): Promise<Record<string, RevisionTraffic>> {
  const { requests, errors } = await gateways.gateways();
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [
      name,
      { active: 0, requests: Math.floor(requests * part), errors: Math.floor(errors * part) },
    ]),
  );
}
