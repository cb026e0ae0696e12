import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CutoverPlan } from '../../lib/cutover/index.ts';
import { findKubectl } from '../helpers/find-kubectl.ts';
import { openShell, type PastedShell } from '../helpers/pasted-shell.ts';
import { type RehearsedWorld, startRehearsedWorld } from '../helpers/rehearsed-world.ts';
import { type PageSection, readPage } from '../helpers/runbook-page.ts';
import { shopFleet } from '../helpers/shop-fleet.ts';

/**
 * The runbook as a person follows it whose tool is gone: its commands as they stand, pasted into one shell, with the real
 * `aws` and the real `kubectl`, against a rehearsal under load. Needs ZEROSHIFT_AWS and a kubectl.
 */
const aws = process.env.ZEROSHIFT_AWS;
const kubectl = findKubectl();

describe('a runbook, followed by hand', () => {
  let rehearsed: RehearsedWorld;
  let shell: PastedShell;
  let sections: PageSection[];
  let plan: CutoverPlan;

  beforeAll(async () => {
    rehearsed = await startRehearsedWorld({
      fleet: shopFleet("bake: '6s', hold: '6s',"),
      load: { rate: 15, maxRequests: 60_000, maxDurationMs: 900_000 },
    });
    const { folder, state } = rehearsed;
    expect((await rehearsed.start(['plan']).ended).exit).toBe(0);
    const [name = ''] = await readdir(join(state, 'shop', 'cutovers'));
    const page = await readFile(join(state, 'shop', 'cutovers', name, 'runbook.md'), 'utf8');
    plan = JSON.parse(await readFile(join(state, 'shop', 'cutovers', name, 'plan.json'), 'utf8'));
    sections = readPage(page);
    // The tools are found as a person's shell finds them.
    const bin = join(folder, 'bin');
    await mkdir(bin);
    if (aws === undefined || kubectl === undefined)
      throw new Error('ZEROSHIFT_AWS and a kubectl of the right version are needed');
    await symlink(aws, join(bin, 'aws'));
    await symlink(kubectl, join(bin, 'kubectl'));
    const { PATH = '' } = process.env;
    shell = openShell(folder, {
      PATH: [bin, PATH].join(delimiter),
      HOME: folder,
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
  }, 120_000);

  afterAll(async () => {
    await shell?.close();
    await rehearsed?.close();
  }, 60_000);

  const lines = (text: string): string[] => text.split('\n').map((line) => line.trimEnd());

  async function follow({ title, blocks }: PageSection): Promise<void> {
    for (const { commands, expected } of blocks) {
      const answer = await shell.paste(commands);
      if (expected === undefined) continue;
      const wanted = lines(expected.text);
      const got = lines(answer);
      expect(
        expected.of === 'end' ? got.slice(-wanted.length) : got,
        `${title}:\n${commands}\n${answer}`,
      ).toEqual(wanted);
    }
  }

  const weights = async (): Promise<number[]> => {
    const { endpoints } = await rehearsed.ports.traffic.readGroup(plan.regions[0]?.endpointGroupArn ?? '');
    const of = (colour: 'blue' | 'green') =>
      endpoints.find(({ id }) => id === plan.regions[0]?.entrances[colour])?.weight ?? -1;
    return [of('blue'), of('green')];
  };

  const steps = (): PageSection[] => sections.filter(({ title }) => /^\d+\. /.test(title));
  /** The undo that stands below each step's heading, if there is one. */
  const undoOf = (step: PageSection): PageSection | undefined => {
    const next = sections[sections.indexOf(step) + 1];
    return next?.title === 'Undo' ? next : undefined;
  };
  const noneLost = () => expect(rehearsed.load.snapshot().totals).toMatchObject({ lost: 0 });

  it('leads to the target, with every answer as the page says', async () => {
    expect(steps()).toHaveLength(plan.steps.length);
    expect(await weights()).toEqual([100, 0]);
    for (const step of steps()) await follow(step);
    expect(await weights()).toEqual([0, 100]);
    noneLost();
  }, 600_000);

  const section = (title: string): PageSection =>
    sections.find((one) => one.title === title) ?? expect.unreachable(`there is no section ${title}`);
  /** What comes below a heading up to its undo, then the undo. */
  const withUndo = (title: string): [PageSection, PageSection] => {
    const at = sections.indexOf(section(title));
    return [sections[at], sections[at + 1]] as [PageSection, PageSection];
  };

  it('leads back to the start, undo by undo', async () => {
    for (const step of steps().reverse()) {
      const undo = undoOf(step);
      if (undo !== undefined) await follow(undo);
    }
    expect(await weights()).toEqual([100, 0]);
    noneLost();
  }, 600_000);

  it('breaks the glass: no control plane, and yet no new flow goes to the bad colour', async () => {
    const shift = steps().find(({ title }) => title.endsWith('shift-25'));
    if (shift === undefined) throw new Error('no shift');
    await follow(shift);
    expect(await weights()).toEqual([75, 25]);
    const flows = async (colour: 'blue' | 'green') =>
      (await rehearsed.region[colour].metrics?.gateways())?.flows ?? 0;
    // From here on nothing is answered, as when the service is down.
    rehearsed.setFaults([{ answer: 'hang' }]);
    try {
      const [broken, undo] = withUndo('In eu-west-1, when green is bad');
      await follow(broken);
      const before = { blue: await flows('blue'), green: await flows('green') };
      await expect.poll(() => flows('blue'), { timeout: 30_000 }).toBeGreaterThan(before.blue + 10);
      expect(await flows('green')).toBe(before.green);
      // The other colour must not be broken as well, and the page does not let anybody.
      const [first] = section('In eu-west-1, when blue is bad').blocks;
      expect(await shell.paste(first?.commands ?? '')).toBe('NO NEW FLOWS: do not go on');
      await follow(undo);
      await expect.poll(() => flows('green'), { timeout: 30_000 }).toBeGreaterThan(before.green + 3);
    } finally {
      rehearsed.setFaults([]);
    }
    expect(await weights()).toEqual([75, 25]);
    noneLost();
  }, 300_000);

  it('goes back in one piece', async () => {
    await follow(section('Going back'));
    expect(await weights()).toEqual([100, 0]);
    rehearsed.load.stop();
    const { lost, totals } = await rehearsed.load.finished;
    expect(lost).toEqual([]);
    expect(totals.answered).toBeGreaterThan(1_000);
  }, 120_000);
});
