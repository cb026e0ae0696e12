import { expect, it } from 'vitest';
import type { Output } from '../../../../lib/cli/output.ts';
import { rehearseVerb } from '../../../../lib/cli/verbs/rehearse.ts';

/** Nothing is said before the options are right. */
const silent = {} as Output;

it.each([
  [{ fault: 'bad-gren' }, 'usage.fault'],
  [{ seed: 'x' }, 'usage.seed'],
  [{ kubeconfig: 'somewhere' }, 'usage.contexts'],
  [{ contexts: 'one' }, 'usage.contexts'],
])('refuses %j before it starts anything', async (options, code) => {
  await expect(rehearseVerb(silent, { color: false, seed: '1', ...options })).rejects.toMatchObject({ code });
});
