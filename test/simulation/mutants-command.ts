// npm run simulate:mutants -- [--seeds N] [--only WORD]. Plants bugs in the engine and sees that the simulation finds each.
import { parseArgs } from 'node:util';
import { type Mutant, mutants } from './mutants.ts';
import { buildProgram, Pool } from './pool.ts';
import type { Failure } from './worker.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '10000' }, only: { type: 'string', default: '' } },
});

interface Found {
  readonly seeds: number;
  readonly seconds: number;
  readonly failure: Failure | undefined;
}

async function find({ replacements }: Mutant, index: number): Promise<Found> {
  const pool = new Pool(await buildProgram('worker.ts', `mutant-${index}`, replacements));
  const began = performance.now();
  let seeds = 0;
  let failure: Failure | undefined;
  const play = pool.play(
    1,
    Number(values.seeds),
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

let missed = 0;
const chosen = mutants.filter(({ name }) => name.includes(values.only));
for (const [index, one] of chosen.entries()) {
  const { seeds, seconds, failure } = await find(one, index);
  if (failure === undefined) missed++;
  const what = failure === undefined ? 'MISSED' : `seed ${failure.seed}: ${failure.violations[0]}`;
  console.log(
    `${one.name.padEnd(50)} ${String(seeds).padStart(6)} seeds ${seconds.toFixed(1).padStart(6)} s  ${what.slice(0, 140)}`,
  );
}
console.log(`${chosen.length - missed} of ${chosen.length} planted bugs found`);
process.exitCode = missed > 0 ? 1 : 0;
