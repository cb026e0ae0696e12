import type { RevisionTraffic } from '../../metrics/metrics-port.ts';
import type { PlanPolicy } from '../plan.ts';
import { type GateResult, percent } from './gate-result.ts';
import {
  againstLimit,
  againstPeer,
  type Count,
  chanceOf,
  type Evidence,
  joined,
  noEvidence,
  wealth,
} from './sequential.ts';

/** What came to a revision on both colours in a window. */
export interface ServiceTally {
  readonly source: Count;
  readonly target: Count;
  /** Against "no more errors than on the source, times the ratio". */
  readonly errors: Evidence;
}

/** By `namespace/revision`. */
export type ServiceTallies = Readonly<Record<string, ServiceTally>>;
type Traffic = Readonly<Record<string, RevisionTraffic>>;
interface Both {
  readonly source: Traffic;
  readonly target: Traffic;
}

/** Of so many revisions a sample keeps what came to them: the busiest. */
export const mostRevisions = 200;

/** With less traffic than this part of the target's, the source cannot be compared with. */
const leastPart = 1 / 20;

const none: Count = { bad: 0, total: 0 };

/** The tallies of revisions after one more look; one that is new, gone or began again is left out of it. */
export function withRevisions(
  before: ServiceTallies,
  first: Both,
  last: Both,
  ratio: number,
): ServiceTallies {
  const next: Record<string, ServiceTally> = { ...before };
  for (const name of Object.keys(last.target)) {
    const target = grown(first.target[name], last.target[name]);
    if (target === undefined || target.total === 0) continue;
    const source = grown(first.source[name], last.source[name]) ?? none;
    const known = before[name] ?? { source: none, target: none, errors: noEvidence };
    next[name] = {
      source: sum(known.source, source),
      target: sum(known.target, target),
      errors: joined(known.errors, againstPeer(target, source, ratio)),
    };
  }
  return next;
}

const sum = (a: Count, b: Count): Count => ({ bad: a.bad + b.bad, total: a.total + b.total });

function grown(first: RevisionTraffic | undefined, last: RevisionTraffic | undefined): Count | undefined {
  if (first === undefined || last === undefined) return undefined;
  const count = { bad: last.errors - first.errors, total: last.requests - first.requests };
  return count.bad < 0 || count.total < 0 ? undefined : count;
}

/**
 * Is there a service, among those with traffic, that the target answers worse for than the source? The colour's own success
 * rate hides one that is small.
 */
export function services(
  region: string,
  to: string,
  tallies: ServiceTallies,
  window: number,
  policy: PlanPolicy,
  alarm: number,
): GateResult {
  const { minSuccessRate, maxErrorRatio = 2, minSamples } = policy.gates;
  // What the source hardly answers cannot be compared: many a service has always had its errors.
  const judged = Object.entries(tallies).filter(
    ([, { source, target }]) => source.total >= target.total * leastPart,
  );
  // Each of so many services may look bad by chance.
  const each = alarm / Math.max(mostRevisions, judged.length);
  const bad = judged.flatMap(([name, { source, target, errors }]) => {
    const floor = 1 - minSuccessRate;
    const evidence = Math.min(wealth(againstLimit(target, floor)), wealth(errors));
    const chance = chanceOf(evidence, window);
    const part = target.bad / target.total;
    const peer = source.bad / source.total;
    return chance < each && part > Math.max(floor, peer * maxErrorRatio)
      ? [{ name, part, peer, chance }]
      : [];
  });
  const enough = judged.filter(([, { target }]) => target.total >= minSamples).length;
  const told = bad
    .slice(0, 5)
    .map(({ name, part, peer }) => `${name} ${percent(part)} errors (${percent(peer)} on the other colour)`);
  return {
    gate: 'services',
    region,
    verdict: bad.length > 0 ? 'fail' : 'pass',
    value: bad.length,
    limit: 0,
    unit: 'count',
    samples: judged.length,
    text:
      bad.length > 0
        ? `${to} answers worse for ${told.join(', ')}${bad.length > 5 ? `, and ${bad.length - 5} more` : ''}`
        : `${to} answers no worse for any of ${judged.length} revisions with traffic`,
    numbers: {
      enough,
      alarm: each,
      chance: Math.min(1, ...bad.map(({ chance }) => chance)),
    },
  };
}
