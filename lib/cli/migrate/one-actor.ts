import { cutoversUnderWay, findNewestPlan } from '../../cutover/cutover-directory.ts';
import { takeFleetLease } from '../../cutover/index.ts';
import { actor } from '../../cutover/operate.ts';
import { exitCodes, ZeroshiftError } from '../../messages/error.ts';
import type { Scene } from './scene.ts';

/**
 * Does work that changes a colour under the fleet's lease, so that no cutover begins meanwhile.
 * @param work is given a check to make before each region
 * @throws ZeroshiftError `lease.held` (exit 6), `lease.lost`
 */
export async function asOneActor<Result>(
  state: string,
  fleet: string,
  work: (check: () => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const lease = await takeFleetLease(state, fleet, actor());
  try {
    return await work(() => lease.check());
  } finally {
    await lease.release();
  }
}

/**
 * Nobody wants the colour that serves to become what the other one was: most likely the direction is the wrong one. Until a
 * cutover to it is finalized or rolled back the other one is what it is to be.
 * @throws ZeroshiftError `migrate.target-live`, what reading the weights throws
 */
export async function refuseLiveTarget(scene: Scene): Promise<void> {
  const { regions, ports, from, to } = scene;
  for (const { region, endpointGroupArn, colours } of regions) {
    const { endpoints } = await ports.traffic.readGroup(endpointGroupArn);
    const weightOf = (arn: string): number =>
      endpoints.filter(({ id }) => id === arn).reduce((sum, { weight }) => sum + weight, 0);
    const weights = {
      from: weightOf(colours[from].entrance.arn),
      to: weightOf(colours[to].entrance.arn),
    };
    if (weights.from > 0 || weights.to === 0) continue;
    if (await isCutoverUnderWay(scene)) return;
    throw new ZeroshiftError(`${to} serves all of the traffic, and would become what ${from} is`, {
      code: 'migrate.target-live',
      source: 'user',
      problems: [{ where: `weight of ${from} in ${region}`, value: weights.from, allowed: 'more than 0' }],
      action: `to make ${from} what ${to} is: \`zeroshift migrate --to ${from}\``,
      exitCode: exitCodes.error,
    });
  }
}

/** Whether a cutover in this direction has begun, and is neither finalized nor rolled back. */
async function isCutoverUnderWay({ state, fleet, from, to }: Scene): Promise<boolean> {
  const [id] = await cutoversUnderWay(state, fleet.name);
  if (id === undefined) return false;
  const plan = (await findNewestPlan(state, fleet.name))?.plan;
  return plan?.id === id && plan.from === from && plan.to === to;
}
