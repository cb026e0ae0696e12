// npm run simulate:mutants -- [--seeds N] [--only WORD]. Plants bugs in the engine and sees that the simulation finds each.
import { countOf, type Known, runCommand, UsageError } from './arguments.ts';
import { type Mutant, mutants } from './mutants.ts';
import { buildProgram, Pool } from './pool.ts';
import type { Failure } from './worker.ts';

const known: Known = {
  seeds: { takes: 'N', what: 'how many seeds to play for each at most (10000)' },
  only: { takes: 'WORD', what: 'those whose name holds it' },
};

interface Found {
  readonly seeds: number;
  readonly seconds: number;
  readonly failure: Failure | undefined;
}

async function find({ replacements }: Mutant, index: number, most: number): Promise<Found> {
  const pool = new Pool(await buildProgram('worker.ts', `mutant-${index}`, replacements));
  const began = performance.now();
  let seeds = 0;
  let failure: Failure | undefined;
  const play = pool.play(
    1,
    most,
    (answer) => {
      seeds += answer.count;
      failure ??= answer.failures[0];
      return failure === undefined;
    },
    10,
  );
  await play;
  await pool.close();
  return { seeds, seconds: (performance.now() - began) / 1000, failure };
}

async function findAll(chosen: readonly Mutant[], most: number): Promise<number> {
  let missed = 0;
  for (const [index, one] of chosen.entries()) {
    const { seeds, seconds, failure } = await find(one, index, most);
    if (failure === undefined) missed++;
    const what = failure === undefined ? 'MISSED' : `seed ${failure.seed}: ${failure.violations[0]}`;
    console.log(
      `${one.name.padEnd(50)} ${String(seeds).padStart(6)} seeds ${seconds.toFixed(1).padStart(6)} s  ${what.slice(0, 140)}`,
    );
  }
  console.log(`${chosen.length - missed} of ${chosen.length} planted bugs found`);
  return missed > 0 ? 1 : 0;
}

process.exitCode = await runCommand('simulate:mutants', known, async ({ seeds, only }) => {
  const most = countOf('seeds', seeds, 10_000);
  const chosen = mutants.filter(({ name }) => name.includes(String(only ?? '')));
  if (chosen.length === 0)
    throw new UsageError(
      `no planted bug is named like "${only}"; there are: ${mutants.map(({ name }) => name).join('; ')}`,
    );
  return findAll(chosen, most);
});
