import { readFile } from 'node:fs/promises';
import { digestOf } from '../../cutover/canonical-json.ts';
import { exitCodes, ZeroshiftError } from '../../messages/error.ts';
import { stalePlaces } from '../../migration/apply/index.ts';
import type { MigrationPlan } from '../../migration/plan/index.ts';
import { planAll, type Scene, type SceneRegion } from './scene.ts';

/**
 * A plan that `--out` wrote.
 * @throws ZeroshiftError `migrate.no-plan`, `migrate.invalid-plan`, `migrate.changed-plan`
 */
export async function readPlanFile(file: string): Promise<MigrationPlan> {
  const wrote = 'a file that `zeroshift migrate --dry-run --out` wrote';
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw wrong('there is no such plan', 'migrate.no-plan', file, wrote, cause);
  }
  let plan: MigrationPlan;
  try {
    plan = JSON.parse(text) as MigrationPlan;
  } catch (cause) {
    throw wrong('this is not a migration plan', 'migrate.invalid-plan', file, wrote, cause);
  }
  if (plan?.kind !== 'MigrationPlan' || plan.apiVersion !== 'zeroshift/v1')
    throw wrong('this is not a migration plan', 'migrate.invalid-plan', file, wrote);
  const { digest, ...rest } = plan;
  if (digestOf(rest) !== digest)
    throw wrong('this plan was changed after it was made', 'migrate.changed-plan', file, wrote);
  return plan;
}

/**
 * What is left to do of a plan, if it still holds: nothing else than what it says was changed on either side since.
 * @throws ZeroshiftError `migrate.other-plan`, `migrate.stale-plan` (exit 7)
 */
export async function freshPlan(scene: Scene, plan: MigrationPlan): Promise<MigrationPlan> {
  const { fleet, from, to } = scene;
  for (const [field, given, meant] of [
    ['fleet', plan.fleet, fleet.name],
    ['from', plan.from, from],
    ['to', plan.to, to],
  ] as const)
    if (given !== meant)
      throw new ZeroshiftError('this plan is for something else', {
        code: 'migrate.other-plan',
        source: 'user',
        problems: [{ where: `--plan, ${field}`, value: given, allowed: meant }],
      });
  const regions = scene.regions.filter(({ region }) => plan.regions.some((one) => one.region === region));
  const now = await planAll({ ...scene, regions: inOrderOf(plan, regions) }, plan.scope);
  const stale = stalePlaces(plan, now);
  if (stale.length === 0) return now;
  throw new ZeroshiftError('this plan does not hold any more', {
    code: 'migrate.stale-plan',
    source: 'user',
    problems: stale.slice(0, shown).map((text) => ({
      where: text.slice(0, text.indexOf(': ')),
      found: text.slice(text.indexOf(': ') + 2),
      allowed: 'as planned',
    })),
    action: `${stale.length > shown ? `${stale.length - shown} more are not as planned; ` : ''}make a new one with \`zeroshift migrate --to ${to} --dry-run --out FILE\``,
    exitCode: exitCodes.stalePlan,
  });
}

const shown = 10;

const inOrderOf = (plan: MigrationPlan, regions: readonly SceneRegion[]): SceneRegion[] =>
  plan.regions.flatMap(({ region }) => regions.find((one) => one.region === region) ?? []);

const wrong = (text: string, code: string, value: string, allowed: string, cause?: unknown): ZeroshiftError =>
  new ZeroshiftError(text, {
    code,
    source: 'user',
    problems: [{ where: '--plan', value, allowed }],
    ...(cause === undefined ? {} : { cause }),
  });
