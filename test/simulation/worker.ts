import { scenarioOf } from './model/scenario.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulate.ts';
import { firstsOf, type Paired, playPairs } from './twelve.ts';

/** Seeds to play, or one to make smaller; or pairs of crashes. */
export type Asked =
  | { readonly kind: 'play'; readonly from: number; readonly count: number }
  | { readonly kind: 'shrink'; readonly seed: number; readonly violation: string }
  | { readonly kind: 'firsts'; readonly name: string }
  | { readonly kind: 'pairs'; readonly name: string; readonly first: number };

export interface Failure {
  readonly seed: number;
  readonly violations: readonly string[];
}

export type Answer =
  | {
      readonly kind: 'played';
      readonly count: number;
      readonly failures: readonly Failure[];
      readonly endings: Readonly<Record<string, number>>;
      readonly calls: number;
      readonly records: number;
      /** Milliseconds of the worlds' time. */
      readonly took: number;
      readonly seen: readonly string[];
    }
  | { readonly kind: 'shrunk'; readonly scenario: string; readonly log: readonly string[] }
  | { readonly kind: 'firsts'; readonly count: number }
  | ({ readonly kind: 'paired' } & Paired);

async function play(from: number, count: number): Promise<Answer> {
  const failures: Failure[] = [];
  const endings: Record<string, number> = {};
  const seen = new Set<string>();
  let [calls, records, took] = [0, 0, 0];
  let played = 0;
  for (let seed = from; seed < from + count && failures.length === 0; seed++) {
    const outcome = await simulate(scenarioOf(seed));
    played++;
    endings[outcome.status] = (endings[outcome.status] ?? 0) + 1;
    calls += outcome.calls;
    records += outcome.records;
    took += outcome.took;
    for (const what of outcome.seen) seen.add(what);
    if (outcome.violations.length > 0) failures.push({ seed, violations: outcome.violations });
  }
  return { kind: 'played', count: played, failures, endings, calls, records, took, seen: [...seen] };
}

async function answer(asked: Asked): Promise<Answer> {
  if (asked.kind === 'play') return play(asked.from, asked.count);
  if (asked.kind === 'firsts') return { kind: 'firsts', count: await firstsOf(asked.name) };
  if (asked.kind === 'pairs') return { kind: 'paired', ...(await playPairs(asked.name, asked.first)) };
  const scenario = await shrink(scenarioOf(asked.seed), asked.violation);
  const { log } = await simulate(scenario);
  return { kind: 'shrunk', scenario: JSON.stringify(scenario), log };
}

process.on('message', (asked: Asked) => {
  void answer(asked).then((result) => {
    if (process.connected) process.send?.(result);
  });
});
