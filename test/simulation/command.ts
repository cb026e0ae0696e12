// npm run simulate -- --seeds N [--from K], or --seed S, --scenario JSON, --pairs. See docs/simulation.md.
import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { countOf, type Known, runCommand, UsageError } from './arguments.ts';
import { playAllPairs } from './pairs.ts';
import { buildProgram, Pool } from './pool.ts';
import { twelve } from './twelve.ts';
import type { Failure } from './worker.ts';

const known: Known = {
  seeds: { takes: 'N', what: 'how many seeds to play (10000)' },
  from: { takes: 'K', what: 'the first of them (1)' },
  seed: { takes: 'S', what: 'plays one and tells all that happened in it' },
  scenario: { takes: 'JSON', what: 'the same for one that was made smaller, as a failing run prints it' },
  pairs: { what: 'all pairs of crashes of the twelve cutovers instead' },
  only: { takes: 'WORD', what: 'with --pairs: those cutovers whose name holds it' },
  every: { takes: 'N', what: 'with --pairs: each Nth place for the first crash (1)' },
};

/** Plays one again and tells all of it. */
async function replay(given: string): Promise<number> {
  const program = await buildProgram('one.ts', 'one');
  const { status } = spawnSync(process.execPath, [program, given], { stdio: 'inherit' });
  await rm(program, { force: true });
  return status ?? 1;
}

async function playAll(from: number, seeds: number): Promise<number> {
  const pool = new Pool(await buildProgram('worker.ts', 'worker'));
  const began = performance.now();
  const endings: Record<string, number> = {};
  const seen = new Set<string>();
  const failures: Failure[] = [];
  let [played, calls, records, took, told] = [0, 0, 0, 0, 0];
  const seconds = (): number => (performance.now() - began) / 1000;
  await pool.play(from, seeds, (answer) => {
    played += answer.count;
    calls += answer.calls;
    records += answer.records;
    took += answer.took;
    for (const [ending, count] of Object.entries(answer.endings))
      endings[ending] = (endings[ending] ?? 0) + count;
    for (const what of answer.seen) seen.add(what);
    failures.push(...answer.failures);
    if (seconds() - told >= 30) {
      told = seconds();
      console.log(`${played} seeds in ${told.toFixed(0)} s`);
    }
    return failures.length === 0;
  });
  console.log(
    `${played} seeds from ${from} in ${seconds().toFixed(1)} s in ${pool.size} processes: ${calls} calls, ${records} records, ${(took / 3_600_000).toFixed(0)} hours of simulated time`,
  );
  console.log(
    `ended: ${Object.entries(endings)
      .map(([ending, count]) => `${count} ${ending}`)
      .join(', ')}`,
  );
  console.log(`operators were answered: ${[...seen].sort().join(', ')}`);
  const [first] = failures.sort((a, b) => a.seed - b.seed);
  if (first !== undefined) await tell(pool, first);
  await pool.close();
  return first === undefined ? 0 : 1;
}

async function tell(pool: Pool, { seed, violations }: Failure): Promise<void> {
  console.log(`\nseed ${seed} violates:`);
  for (const violation of violations) console.log(`  ${violation}`);
  console.log(`replay it with: npm run simulate -- --seed ${seed}`);
  const answer = await pool.ask({ kind: 'shrink', seed, violation: violations[0] ?? '' });
  if (answer.kind !== 'shrunk') return;
  console.log(`made smaller:   npm run simulate -- --scenario '${answer.scenario}'`);
  for (const line of answer.log) console.log(`  ${line}`);
}

/** @throws UsageError */
function checkScenario(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'faults' in value) return text;
  } catch {
    // As what is no scenario.
  }
  throw new UsageError('--scenario is the JSON that a failing run prints, in single quotes');
}

process.exitCode = await runCommand('simulate', known, async (values) => {
  const { seed, scenario, pairs, only, every } = values;
  if ([seed, scenario, pairs].filter((one) => one !== undefined).length > 1)
    throw new UsageError('--seed, --scenario and --pairs are for one run each: give one of them');
  if (pairs === undefined && (only !== undefined || every !== undefined))
    throw new UsageError('--only and --every belong to --pairs');
  if (pairs !== undefined) {
    const names = Object.keys(twelve).filter((name) => name.includes(String(only ?? '')));
    if (names.length === 0)
      throw new UsageError(
        `no cutover is named like "${only}"; there are: ${Object.keys(twelve).join('; ')}`,
      );
    return playAllPairs(names, countOf('every', every, 1));
  }
  if (scenario !== undefined) return replay(checkScenario(String(scenario)));
  if (seed !== undefined) return replay(String(countOf('seed', seed, 1)));
  return playAll(countOf('from', values.from, 1), countOf('seeds', values.seeds, 10_000));
});
