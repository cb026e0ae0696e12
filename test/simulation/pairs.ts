import { buildProgram, Pool } from './pool.ts';
import type { Answer, Asked } from './worker.ts';

type AskedPairs = Extract<Asked, { kind: 'pairs' }>;
type Failures = Extract<Answer, { kind: 'paired' }>['failures'];

/**
 * Plays all pairs of crashes of cutovers by name, and tells how far it is.
 * @param every each so-manieth place for the first crash; the second is at all places behind it
 * @returns the exit code
 */
export async function playAllPairs(names: readonly string[], every: number): Promise<number> {
  const pool = new Pool(await buildProgram('worker.ts', 'pairs'));
  const began = performance.now();
  const seconds = (): string => ((performance.now() - began) / 1000).toFixed(0);
  let failures: Failures = [];
  let [all, told] = [0, 0];
  for (const name of names) {
    if (failures.length > 0) break;
    const found = await pool.ask({ kind: 'firsts', name });
    const firsts = found.kind === 'firsts' ? found.count : 0;
    const asked: AskedPairs[] = [];
    for (let first = 0; first < firsts; first += every) asked.push({ kind: 'pairs', name, first });
    let [runs, done] = [0, 0];
    await pool.each(asked, (_, answer) => {
      if (answer.kind !== 'paired') return true;
      runs += answer.runs;
      done++;
      failures = [...failures, ...answer.failures];
      if (performance.now() - told >= 30_000) {
        told = performance.now();
        console.log(`  ${name}: ${done} of ${asked.length} first places, ${runs} runs, ${seconds()} s`);
      }
      return failures.length === 0;
    });
    all += runs;
    console.log(`${name}: ${done} of ${firsts} first places, ${runs} runs, ${seconds()} s`);
  }
  console.log(`${all} runs in ${seconds()} s, ${failures.length} with a violation`);
  for (const { scenario, violations } of failures.slice(0, 1)) {
    for (const violation of violations) console.log(`  ${violation}`);
    console.log(`replay it with: npm run simulate -- --scenario '${JSON.stringify(scenario)}'`);
  }
  await pool.close();
  return failures.length > 0 ? 1 : 0;
}
