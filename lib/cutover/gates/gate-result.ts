export type Verdict = 'pass' | 'fail' | 'inconclusive';

/** A question that a step must answer, with the numbers behind the verdict. */
export interface GateResult {
  readonly gate:
    | 'success-rate'
    | 'errors'
    | 'latency-p99'
    | 'services'
    | 'share'
    | 'health'
    | 'resets'
    | 'hosts'
    | 'probes'
    | `own:${string}`;
  readonly region: string;
  readonly verdict: Verdict;
  /** As measured; undefined where nothing was. */
  readonly value?: number;
  readonly limit: number;
  readonly unit: 'ratio' | 'ms' | 'points' | 'count';
  /** How much the value rests on. */
  readonly samples: number;
  readonly text: string;
  /** What else was measured; `chance` is how likely a target that is good enough ever looks so bad, 0–1. @default - nothing */
  readonly numbers?: Readonly<Record<string, number>>;
  /** Services that were judged by probes, because they are too quiet for statistics. @default - none */
  readonly probed?: readonly string[];
}

/** One verdict of many: a fail outweighs, then what is inconclusive. */
export const verdictOf = (gates: readonly GateResult[]): Verdict =>
  gates.some(({ verdict }) => verdict === 'fail')
    ? 'fail'
    : gates.length === 0 || gates.some(({ verdict }) => verdict === 'inconclusive')
      ? 'inconclusive'
      : 'pass';

/** 0–1 as a person reads it. */
export const percent = (ratio: number): string => `${(ratio * 100).toFixed(2)} %`;
