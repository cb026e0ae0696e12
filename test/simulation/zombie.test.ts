import { expect, it } from 'vitest';
import { calm, drive, type Scenario, stage, tellingPoints } from '../helpers/simulated-operator.ts';
import { type Ending, SimulatedProcess, type Verb } from '../helpers/simulated-process.ts';

const scenario: Scenario = {
  ...calm,
  shares: [50, 100],
  cutover: { bake: '2s', patience: '10s', hold: '2s' },
};

/** A gate that a process waits at. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

interface Zombie {
  /** The call or record in which it was held up. */
  readonly heldIn: string;
  readonly ending: Ending;
  /** What it called after it was let go. */
  readonly after: readonly string[];
  readonly violations: readonly string[];
  readonly status: string;
}

/** One process is held up at its nth call, another takes the lease and is `lead` calls on when the first wakes up. */
async function takeOver(
  nth: number,
  lead: number,
  verb: Verb,
  of: Scenario = scenario,
): Promise<Zombie | undefined> {
  const staged = await stage(of);
  const { world, store, plan, faults, invariants } = staged;
  const [reached, wake] = [gate(), gate()];
  let calls = 0;
  let taken = false;
  let heldIn = '';
  const after: string[] = [];
  const older = new SimulatedProcess({
    ...{ world, store, plan, faults, invariants },
    zombie: () => taken,
    pause: (what) => {
      if (taken) after.push(what);
      if (calls++ !== nth) return undefined;
      heldIn = what;
      reached.open();
      return wake.opened;
    },
  });
  const ending = older.run('start');
  const first = await Promise.race([reached.opened, ending]);
  if (first !== undefined) return undefined;
  taken = true;
  store.loseHolder();
  let ahead = 0;
  const newer = new SimulatedProcess({
    ...{ world, store, plan, faults, invariants },
    pause: () => {
      if (ahead++ !== lead) return undefined;
      wake.open();
      return ending.then(() => undefined);
    },
  });
  const took = await newer.run(store.lines.length === 0 ? 'start' : verb);
  // Both wrote at once, and the newer one's record came second: it is given its command again.
  if (took.kind === 'error' && took.error.code === 'journal.older-token')
    await new SimulatedProcess({ world, store, plan, faults, invariants }).run(verb);
  wake.open();
  const ended = await ending;
  const { durable } = (await drive(of, staged)).invariants;
  return { heldIn, ending: ended, after, violations: invariants.violations, status: durable.status };
}

/** A process that was held up ended by itself before it changed anything, and the cutover ended as it was to. */
function expectHarmless(zombie: Zombie, end: string, told: string): void {
  expect(zombie.ending.kind === 'error' && zombie.ending.error.code, told).toMatch(
    /^(lease\.lost|journal\.older-token)$/,
  );
  // It may look around, and try to write a record; it changes nothing any more.
  expect(
    zombie.after.filter((what) => /^(writeGroup|apply|patch|create)/.test(what)),
    told,
  ).toEqual([]);
  expect(zombie.violations, told).toEqual([]);
  expect(zombie.status, told).toBe(end);
}

it('a process that has lost the lease stops before its next effect, and what it was doing is found', {
  timeout: 120_000,
}, async () => {
  const heldIn = new Set<string>();
  const { trace } = (await drive(scenario)).faults;
  const points = tellingPoints(trace);
  for (const nth of points) {
    const zombie = await takeOver(nth, (nth * 7) % 60, 'resume');
    // What comes after the end of the first run is another verb's.
    if (zombie === undefined) continue;
    heldIn.add(zombie.heldIn);
    expectHarmless(zombie, 'finalized', `call ${nth}, ${zombie.heldIn}, then ${zombie.after.join(', ')}`);
  }
  console.log(`simulation: ${points.length} take-overs`);
  expect([...heldIn]).toEqual(
    expect.arrayContaining(['writeGroup', 'apply Service', 'patch Revision', 'patch CronJob']),
  );
});

it('a write of a hand-over that comes late starts nothing that is being taken back, whenever it comes', {
  timeout: 120_000,
}, async () => {
  // What an earlier cutover left on them is not taken for what this one did.
  const again: Scenario = { ...scenario, handedBackBefore: true };
  const { trace } = (await drive(again)).faults;
  const handingOver = trace.findIndex((what) => /^patch CronJob/.test(what));
  const writes = trace.flatMap((what, point) =>
    point >= handingOver && /^patch (CronJob|Deployment) in forward/.test(what) ? [point] : [],
  );
  // Both of each on both colours, and once more where a schedule is handed on.
  expect(writes).toHaveLength(5);
  let takeOvers = 0;
  for (const nth of writes)
    for (let lead = 0; lead < 120; lead += 3) {
      const zombie = await takeOver(nth, lead, 'rollback', again);
      if (zombie === undefined) continue;
      takeOvers++;
      expect(zombie.ending.kind, `call ${nth}, ${zombie.heldIn}, lead ${lead}`).toBe('error');
      expect(zombie.violations, `call ${nth}, ${zombie.heldIn}, lead ${lead}`).toEqual([]);
      expect(zombie.status, `call ${nth}, ${zombie.heldIn}, lead ${lead}`).toBe('rolled-back');
    }
  console.log(`simulation: ${takeOvers} late writes of hand-overs`);
});
