/**
 * Sequential tests that may be looked at as often as one likes. Evidence is a bet against "the target is no worse than it
 * may be": as long as that is true its expected wealth never grows, so that it reaches 1/α once, ever, with a chance of
 * at most α (Ville's inequality). Several bets of fixed sizes share the stake, as in the mixture test of Robbins (1970);
 * the comparison of two colours is the one of counts in Lindon, Sanden, Shirikian: Rapid Regression Detection in Software
 * Deployments through Sequential Testing (KDD 2022). docs/gates.md has the proofs.
 */

/** How many times as bad as allowed each bet supposes the target to be. */
export const bets = [1.5, 2, 3, 5, 10, 30, 100, 1000] as const;

/** The logarithm of each bet's wealth. */
export type Evidence = readonly number[];

export const noEvidence: Evidence = bets.map(() => 0);

/** So many bad ones of so many. */
export interface Count {
  readonly bad: number;
  readonly total: number;
}

/** `0 × ∞` is nothing here: what did not happen says nothing. */
const times = (count: number, log: number): number => (count === 0 ? 0 : count * log);

/** Against "at most this part is bad" (0–1), from the counts of one look. */
export function againstLimit({ bad, total }: Count, allowed: number): Evidence {
  if (allowed >= 1) return noEvidence;
  return bets.map((bet) => {
    // In odds, so that it stays a part of the whole.
    const odds = (allowed / (1 - allowed)) * bet;
    const supposed = odds / (1 + odds);
    return (
      times(bad, allowed === 0 ? Number.POSITIVE_INFINITY : Math.log(supposed / allowed)) +
      times(total - bad, Math.log((1 - supposed) / (1 - allowed)))
    );
  });
}

/** Against "the target's part of bad ones is at most `ratio` times the source's", from the counts of the same time. */
export function againstPeer(target: Count, source: Count, ratio: number): Evidence {
  if (target.total === 0 || source.total === 0) return noEvidence;
  const weight = ratio * target.total;
  // Each bad one is a coin: with so much chance it fell on the target.
  const chance = weight / (weight + source.total);
  return bets.map((bet) => {
    const supposed = (bet * weight) / (bet * weight + source.total);
    return (
      times(target.bad, Math.log(supposed / chance)) +
      times(source.bad, Math.log((1 - supposed) / (1 - chance)))
    );
  });
}

/** How sure the bound of a rate is: its chance to be too low is e to the minus this, one in 8,000. */
const sureness = 9;

/** The greatest rate (0–1) that so many bad ones of so many may come from, but for a small chance. */
export const greatestRate = ({ bad, total }: Count): number =>
  total === 0 ? 1 : Math.min(1, (bad + 2 * Math.sqrt(bad * sureness) + sureness) / total);

/** The evidence of both, one after the other. */
export const joined = (a: Evidence, b: Evidence): Evidence =>
  bets.map((_, index) => (a[index] ?? 0) + (b[index] ?? 0));

/** The logarithm of what all bets together are worth, of one stake. */
export function wealth(evidence: Evidence): number {
  const most = Math.max(...bets.map((_, index) => evidence[index] ?? 0));
  if (!Number.isFinite(most)) return most;
  return (
    most + Math.log(bets.reduce((sum, _, i) => sum + Math.exp((evidence[i] ?? 0) - most), 0) / bets.length)
  );
}

/**
 * How likely it is at most that evidence ever gets this strong although the target is no worse than it may be, 0–1.
 * @param window the how-manieth of the step it is; each gets its part of the stake: 1/2, 1/6, 1/12, … make one
 */
export function chanceOf(evidence: number, window: number): number {
  if (Number.isNaN(evidence)) return 1;
  return Math.min(1, Math.exp(Math.log(window * (window + 1)) - evidence));
}
