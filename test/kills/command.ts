// npm run kills -- [--kills N] [--seed S] [--rate R]. SIGKILLs of the built command: docs/testing.md.
import { parseArgs } from 'node:util';
import { sightText } from './moments.ts';
import { playKills } from './play-kills.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    rate: { type: 'string', default: '50' },
  },
});

const began = performance.now();
const seconds = (): string => `${((performance.now() - began) / 1000).toFixed(0)} s`;
let count = 0;
const result = await playKills({
  kills: Number(values.kills),
  seed: Number(values.seed),
  rate: Number(values.rate),
  perCutover: 10,
  onPlayed: ({ plan, status, holds }, kills, until) => {
    count += kills.length;
    console.log(`${seconds()}: ${plan} is ${status} after ${kills.length} kills, ${count} in all`);
    for (const kill of kills)
      console.log(
        `  ${sightText(kill)} + ${kill.after} ms; acted again after ${kill.resumedAfter ?? '-'} ms, an empty program took ${kill.emptyProgram ?? '-'} ms`,
      );
    for (const hold of holds) console.log(`  held: ${hold}`);
    console.log(
      `  until now ${until.requests} requests, ${until.lost} lost, ${until.writes} writes of weights; ${until.violations.length} violations`,
    );
    for (const violation of until.violations) console.log(`  violation: ${violation}`);
  },
});
const measured = result.kills.filter(({ resumedAfter }) => resumedAfter !== undefined);
const rising = (values: readonly (number | undefined)[]): number[] =>
  values.flatMap((value) => value ?? []).sort((a, b) => a - b);
const times = rising(measured.map(({ resumedAfter }) => resumedAfter));
const quiet = measured.filter(({ emptyProgram = Infinity }) => emptyProgram <= 150);
console.log(
  `seed ${values.seed}: ${result.kills.length} kills in ${result.played.length} cutovers in ${seconds()}, at ${new Set(result.kills.map(sightText)).size} different moments`,
);
console.log(`requests: ${result.requests}, lost ${result.lost}; writes of weights: ${result.writes}`);
console.log(
  `acted again after ${times[Math.floor(times.length / 2)] ?? '-'} ms in the middle, ${times.at(-1) ?? '-'} ms at most`,
);
console.log(
  `of these ${quiet.length} while an empty program started within 150 ms: ${rising(quiet.map(({ resumedAfter }) => resumedAfter)).at(-1) ?? '-'} ms at most`,
);
if (result.lastLost !== undefined) console.log(`the last one that was lost: ${result.lastLost}`);
for (const violation of result.violations) console.log(`violation: ${violation}`);
process.exitCode = result.violations.length === 0 ? 0 : 1;
