import type { BalancerMinute, BalancerReading } from '../../metrics/balancer-port.ts';
import type { GateResult } from './gate-result.ts';
import { againstPeer, chanceOf, type Evidence, joined, noEvidence, wealth } from './sequential.ts';

interface Watched {
  readonly region: string;
  readonly from: string;
  readonly to: string;
  /** Milliseconds since the epoch: earlier minutes belong to another share. */
  readonly since: number;
  /** The how-manieth window of the step. */
  readonly window: number;
  /** The chance of a false alarm that the gate may have. */
  readonly alarm: number;
  readonly minSamples: number;
}

/** Up to so many times the source's resets of a flow are no difference. */
const ratio = 2;
/** Up to this part of flows that are reset passes whatever the source does: clients reset as well. */
const floor = 0.01;

/** What both load balancers say since the watch began; a minute that only one of them knows cannot be compared. */
export function balancers(watched: Watched, source: BalancerReading, target: BalancerReading): GateResult[] {
  const since = (minutes: readonly BalancerMinute[]): readonly BalancerMinute[] =>
    minutes.filter(({ at }) => at >= watched.since);
  return [
    resets(watched, since(source.minutes), since(target.minutes), target.error ?? source.error),
    hosts(watched, since(target.minutes), target.error),
  ];
}

const resetsOf = ({ targetResets, balancerResets }: BalancerMinute): number => targetResets + balancerResets;

const sum = (minutes: readonly BalancerMinute[], of: (minute: BalancerMinute) => number): number =>
  minutes.reduce((total, minute) => total + of(minute), 0);

/** Are more of the target's flows reset than of the source's, minute by minute? */
function resets(
  { region, from, to, window, alarm, minSamples }: Watched,
  source: readonly BalancerMinute[],
  target: readonly BalancerMinute[],
  error: string | undefined,
): GateResult {
  const flows = sum(target, (one) => one.flows);
  const bad = sum(target, resetsOf);
  const peerFlows = sum(source, (one) => one.flows);
  const peer = peerFlows === 0 ? 0 : sum(source, resetsOf) / peerFlows;
  const limit = Math.max(floor, peer * ratio);
  const base = { gate: 'resets', region, limit, unit: 'ratio', samples: flows } as const;
  if (error !== undefined || !(flows >= minSamples))
    return {
      ...base,
      verdict: 'inconclusive',
      text: error ?? `the load balancer of ${to} has counted too few flows, ${flows} of ${minSamples}`,
    };
  const value = bad / flows;
  const evidence = target.reduce((all: Evidence, minute) => {
    const beside = source.find(({ at }) => at === minute.at);
    // Alone the floor stands in, as for what is never reset on the source.
    const other = beside === undefined || beside.flows === 0 ? undefined : beside;
    const peerCount =
      other === undefined
        ? { bad: 0, total: 0 }
        : { bad: Math.max(resetsOf(other), floor * other.flows), total: other.flows };
    return joined(all, againstPeer({ bad: resetsOf(minute), total: minute.flows }, peerCount, ratio));
  }, noEvidence);
  const chance = chanceOf(wealth(evidence), window);
  return {
    ...base,
    value,
    verdict: chance < alarm && value > limit ? 'fail' : value <= limit ? 'pass' : 'inconclusive',
    text: `${bad} of ${flows} flows of ${to} were reset, of ${from} ${(peer * 100).toFixed(2)} %; up to ${(limit * 100).toFixed(2)} % may be`,
    numbers: { bad, sourceFlows: peerFlows, chance, alarm },
  };
}

/** Does the load balancer find all targets healthy? An entrance without any is the accelerator's to say. */
function hosts(
  { region, to }: Watched,
  target: readonly BalancerMinute[],
  error: string | undefined,
): GateResult {
  const last = target.at(-1);
  const base = { gate: 'hosts', region, limit: 0, unit: 'count', samples: target.length } as const;
  if (error !== undefined || last === undefined)
    return {
      ...base,
      verdict: 'inconclusive',
      text: error ?? `the load balancer of ${to} has said nothing of its targets since this share was given`,
    };
  return {
    ...base,
    value: last.unhealthy,
    verdict: last.unhealthy === 0 ? 'pass' : 'inconclusive',
    text: `${last.unhealthy} targets of ${to} are unhealthy`,
  };
}
