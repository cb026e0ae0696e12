import { writeFile } from 'node:fs/promises';
import type { CutoverPlan } from '../cutover/plan.ts';
import type { Locator } from '../fleet/locator.ts';
import { breakGlass } from './break-glass.ts';
import { goingBack } from './going-back.ts';
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
    'Each step has what to do, what to expect, and how to undo it. Paste its blocks one after another, in a POSIX shell; go on only when you',
    'see what is expected, word for word. What is noted is kept in files of the folder that you are in: stay in one folder, of this',
    'cutover alone. When something is not as expected, or in doubt: [going back](#going-back). When `aws globalaccelerator` does not answer',
    'and a colour is bad: [break glass](#break-glass-the-control-plane-does-not-answer).',
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
    ...goingBack(plan, tools),
    ...plan.steps.flatMap((step, index) => [
      `## ${index + 1}. ${plain(step.id)}`,
      '',
      ...stepLines(plan, tools, step),
      '',
    ]),
    ...breakGlass(plan, tools),
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}
