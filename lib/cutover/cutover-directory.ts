import { access, link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { makeFolder } from '../files/index.ts';
import { ZeroshiftError } from '../messages/error.ts';
import { readJournal } from './journal.ts';
import { type CutoverPlan, openPlan } from './plan.ts';
import {
  isOpen,
  newestPlanInTable,
  plansInTable,
  savePlanInTable,
  tableCutoversUnderWay,
} from './store/dynamodb-state.ts';
import { tablePlace } from './store/table-place.ts';

/** Where one cutover keeps what belongs to it. */
export interface CutoverFiles {
  readonly directory: string;
  readonly plan: string;
  readonly journal: string;
  readonly mailbox: string;
  readonly runbook: string;
}

const filesIn = (directory: string): CutoverFiles => ({
  directory,
  plan: join(directory, 'plan.json'),
  journal: join(directory, 'journal.jsonl'),
  mailbox: join(directory, 'mailbox'),
  runbook: join(directory, 'runbook.md'),
});

/** Folder of the lease of a fleet. */
export const leaseDirectory = (state: string, fleet: string): string => join(state, fleet, 'lease');

/** Where copies of the plan and its runbook go when the state is a table: who must go on by hand reads them. */
const copies = '.zeroshift';

/** The files of a plan's cutover. `state` is what `--state` names. */
export const cutoverFiles = (state: string, plan: Pick<CutoverPlan, 'fleet' | 'id'>): CutoverFiles =>
  filesIn(join(tablePlace(state) === undefined ? state : copies, plan.fleet, 'cutovers', plan.id));

/**
 * Writes a plan where its cutover will look for it; whole or not at all, and never over another one.
 * @throws ZeroshiftError `plan.exists`
 */
export async function savePlan(state: string, plan: CutoverPlan): Promise<CutoverFiles> {
  const place = tablePlace(state);
  if (place !== undefined) await savePlanInTable(place, plan);
  const files = cutoverFiles(state, plan);
  await makeFolder(files.directory);
  const written = `${files.plan}.${process.pid}`;
  await writeFile(written, `${JSON.stringify(plan, null, 2)}\n`);
  try {
    // A link is made whole or not at all, and not where there is something.
    await link(written, files.plan);
  } catch (error) {
    if (!isExisting(error) || (await loadPlan(files.plan)).digest !== plan.digest)
      throw new ZeroshiftError('there is another plan of this name', {
        code: 'plan.exists',
        source: 'user',
        problems: [
          { where: files.plan, value: plan.digest, allowed: 'the plan that is there, or a new name' },
        ],
        action: 'make the plan once more: a second later it has another name',
        cause: error,
      });
  } finally {
    await rm(written, { force: true });
  }
  return files;
}

const isExisting = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST';

/** @throws ZeroshiftError `plan.not-found`, `plan.invalid`, `plan.changed` */
export async function loadPlan(file: string): Promise<CutoverPlan> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new ZeroshiftError('there is no such plan', {
      code: 'plan.not-found',
      source: 'user',
      problems: [{ where: 'PLAN', value: file, allowed: 'a file that `zeroshift plan` wrote' }],
      cause,
    });
  }
  return openPlan(text, file);
}

interface FoundPlan {
  readonly plan: CutoverPlan;
  readonly files: CutoverFiles;
}

/**
 * The plan that a command means when it names none.
 * @throws ZeroshiftError `plan.none`
 */
export async function newestPlan(state: string, fleet: string): Promise<FoundPlan> {
  const found = await findNewestPlan(state, fleet);
  if (found === undefined)
    throw new ZeroshiftError('there is no plan yet', {
      code: 'plan.none',
      source: 'user',
      problems: [{ where: '--state', value: state, allowed: `a place with a plan of the fleet "${fleet}"` }],
      action: 'make one with `zeroshift plan`',
    });
  return found;
}

/**
 * The plan that a command means when it names none, if there is one: that of the cutover under way, whatever was planned
 * since, else the newest.
 */
export async function findNewestPlan(state: string, fleet: string): Promise<FoundPlan | undefined> {
  const place = tablePlace(state);
  if (place !== undefined) {
    const plan = await newestPlanInTable(place, fleet);
    return plan && { plan, files: cutoverFiles(state, plan) };
  }
  const all = await newestFirst(state, fleet);
  for (const files of all) if (await isUnderWay(files)) return { plan: await loadPlan(files.plan), files };
  const [newest] = all;
  return newest && { plan: await loadPlan(newest.plan), files: newest };
}

/** A plan that is kept, or why it cannot be read: one that is damaged hides no other. */
export type KeptPlan = { readonly id: string } & (
  | { readonly plan: CutoverPlan; readonly files: CutoverFiles }
  | { readonly damage: ZeroshiftError }
);

/** All plans of a fleet, the newest first. */
export async function findCutovers(state: string, fleet: string): Promise<KeptPlan[]> {
  const place = tablePlace(state);
  if (place !== undefined) {
    const plans = await plansInTable(place, fleet);
    return plans.map(({ id, read }) =>
      kept(id, () => {
        const plan = read();
        return { plan, files: cutoverFiles(state, plan) };
      }),
    );
  }
  const found: KeptPlan[] = [];
  for (const files of await newestFirst(state, fleet)) {
    const text = await readFile(files.plan, 'utf8');
    found.push(kept(basename(files.directory), () => ({ plan: openPlan(text, files.plan), files })));
  }
  return found;
}

function kept(id: string, read: () => FoundPlan): KeptPlan {
  try {
    return { id, ...read() };
  } catch (error) {
    if (ZeroshiftError.is(error)) return { id, damage: error };
    throw error;
  }
}

/** Ids of the fleet's cutovers that have begun and are neither rolled back nor finalized. */
export async function cutoversUnderWay(state: string, fleet: string): Promise<string[]> {
  const place = tablePlace(state);
  if (place !== undefined) return tableCutoversUnderWay(place, fleet);
  const ids: string[] = [];
  for (const files of await newestFirst(state, fleet))
    if (await isUnderWay(files)) ids.push(basename(files.directory));
  return ids;
}

/** The fleet's cutovers that have a plan, by the time at which their names end. */
async function newestFirst(state: string, fleet: string): Promise<CutoverFiles[]> {
  const parent = join(state, fleet, 'cutovers');
  const time = (name: string): string => /[^-]*$/.exec(name)?.[0] ?? '';
  const names = (await readdir(parent).catch(() => [])).sort((a, b) => (time(a) < time(b) ? 1 : -1));
  const all = names.map((name) => filesIn(join(parent, name)));
  // A process that died before it had written its plan leaves an empty folder.
  const there = await Promise.all(
    all.map(({ plan }) =>
      access(plan).then(
        () => true,
        () => false,
      ),
    ),
  );
  return all.filter((_, index) => there[index]);
}

/** What cannot be read is taken to be under way: whoever asks for it is told what is wrong with it. */
async function isUnderWay(files: CutoverFiles): Promise<boolean> {
  try {
    return isOpen((await readJournal(files.journal)).at(-1)?.event);
  } catch {
    return true;
  }
}
