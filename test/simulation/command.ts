// npm run simulate -- --seeds N [--from K], or --seed S, or --scenario JSON. See docs/simulation.md.
import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { buildProgram, Pool } from './pool.ts';
import type { Failure } from './worker.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    scenario: { type: 'string' },
  },
});

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
    `${played} seeds from ${from} in ${seconds().toFixed(1)} s on ${pool.size} threads: ${calls} calls, ${records} records, ${(took / 3_600_000).toFixed(0)} hours of simulated time`,
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

const one = values.scenario ?? values.seed;
process.exitCode =
  one === undefined ? await playAll(Number(values.from), Number(values.seeds)) : await replay(one);
