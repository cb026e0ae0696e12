import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ZeroshiftError } from '../messages/error.ts';
import { type CutoverPlan, openPlan } from './plan.ts';

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

/** The files of a plan's cutover. `state` is the folder that `--state` names. */
export const cutoverFiles = (state: string, plan: Pick<CutoverPlan, 'fleet' | 'id'>): CutoverFiles =>
  filesIn(join(state, plan.fleet, 'cutovers', plan.id));

/** Writes a plan where its cutover will look for it; whole or not at all, and never over another one. */
export async function savePlan(state: string, plan: CutoverPlan): Promise<CutoverFiles> {
  const files = cutoverFiles(state, plan);
  await mkdir(files.directory, { recursive: true });
  await writeFile(`${files.plan}.new`, `${JSON.stringify(plan, null, 2)}\n`);
  await rename(`${files.plan}.new`, files.plan);
  return files;
}

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

/**
 * The newest plan of a fleet.
 * @throws ZeroshiftError `plan.none`
 */
export async function newestPlan(
  state: string,
  fleet: string,
): Promise<{ plan: CutoverPlan; files: CutoverFiles }> {
  const found = await findNewestPlan(state, fleet);
  if (found === undefined)
    throw new ZeroshiftError('there is no plan yet', {
      code: 'plan.none',
      source: 'user',
      problems: [{ where: '--state', value: state, allowed: `a folder with a plan of the fleet "${fleet}"` }],
      action: 'make one with `zeroshift plan`',
    });
  return found;
}

/** The newest plan of a fleet, if there is one. */
export async function findNewestPlan(
  state: string,
  fleet: string,
): Promise<{ plan: CutoverPlan; files: CutoverFiles } | undefined> {
  const parent = join(state, fleet, 'cutovers');
  const names = await readdir(parent).catch(() => []);
  const all = await Promise.all(
    names.map(async (name) => {
      const files = filesIn(join(parent, name));
      return { plan: await loadPlan(files.plan), files };
    }),
  );
  return all.sort((a, b) => (a.plan.createdAt < b.plan.createdAt ? -1 : 1)).at(-1);
}
