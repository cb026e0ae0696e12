import { writeFile } from 'node:fs/promises';
import type { CutoverPlan } from '../cutover/plan.ts';
import type { Locator } from '../fleet/locator.ts';
import { code, codeBlock, plain } from './markdown.ts';
import { stepLines } from './steps.ts';
import { toolsFor } from './tools.ts';

/** Writes the runbook of a plan. */
export const writeRunbook = (file: string, plan: CutoverPlan, locator: Locator): Promise<void> =>
  writeFile(file, renderRunbook(plan, locator));

/** A plan as Markdown, to be followed by hand with `aws`, `kubectl` and `curl`: every command, what to expect, its undo. */
export function renderRunbook(plan: CutoverPlan, locator: Locator): string {
  const tools = toolsFor(locator);
  return `${[
    `# Cutover of ${plain(plan.fleet)}: from ${plan.from} to ${plan.to}`,
    '',
    `Plan ${code(plan.id)}, made ${plain(plan.createdAt)}, digest ${code(plan.digest)}.`,
    '',
    'Each step has what to do, what to expect, and how to undo it. Go on only when you see what is expected. To go back',
    'at any time, give the undo of the last shift in every region; it does not need to wait for anything.',
    ...(plan.steps.some(({ kind }) => kind === 'hand-over')
      ? ['Where singletons were handed over, then give the undo of that.']
      : []),
    '',
    ...(locator.accelerator.controlPlane === undefined
      ? []
      : ["The accelerator is a rehearsal's: `aws` needs credentials, but any will do.", '']),
    ...(tools.before.length === 0
      ? []
      : ['Once, so that `kubectl` knows the clusters:', '', ...codeBlock(...tools.before)]),
    '## What moves',
    '',
    '| service | hosts |',
    '| --- | --- |',
    ...plan.regions.flatMap(({ services }) =>
      services.map(
        ({ namespace, name, hosts }) => `| ${plain(`${namespace}/${name}`)} | ${plain(hosts.join(', '))} |`,
      ),
    ),
    '',
    ...plan.steps.flatMap((step, index) => [
      `## ${index + 1}. ${plain(step.id)}`,
      '',
      ...stepLines(plan, tools, step),
      '',
    ]),
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}
