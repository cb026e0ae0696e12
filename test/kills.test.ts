import { expect, it } from 'vitest';
import { sightText } from './kills/moments.ts';
import { playKills } from './kills/play-kills.ts';

/** The built command as a process of its own, against a rehearsal under load. More kills: `npm run kills`. */

it('loses nothing, and sends nothing again, when it is killed ten times over two cutovers', async () => {
  const seed = 1;
  const { kills, played, violations, requests, lastLost } = await playKills({
    kills: 10,
    seed,
    perCutover: 5,
    rate: 50,
  });
  const told = kills.map(
    (kill) => `${sightText(kill)} + ${kill.after} ms, acted again after ${kill.resumedAfter} ms`,
  );
  console.log(`seed ${seed}:\n${told.join('\n')}`);
  expect(lastLost).toBeUndefined();
  expect(violations).toEqual([]);
  expect(kills.length).toBe(10);
  expect(new Set(played.map(({ status }) => status))).toEqual(new Set(['rolled-back', 'finalized']));
  expect(requests).toBeGreaterThan(1_000);
}, 300_000);
