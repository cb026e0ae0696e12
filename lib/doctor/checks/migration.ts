import type { PlannedObject, RegionPlan } from '../../migration/plan/index.ts';
import { answer, type CheckResult, counted, findings, type Reading } from '../check.ts';

/** Whether a migration could begin: it touches nothing where something is refused, in conflict, or not known. Pure. */
export const migrationCheck = (where: string, plan: Reading<RegionPlan>): CheckResult =>
  answer({
    check: 'migration',
    where,
    limit: 'nothing that it would bring is refused, in conflict, or not known',
    fact: plan,
    unread: 'see what `zeroshift migrate --dry-run` says',
    judge: ({ objects, unread }) =>
      findings([...objects.flatMap(reasonsOf), ...unread.map((text) => `not read: ${text}`)], {
        clean: counted(objects.length, 'object'),
        wrong: 'it would not begin',
        verdict: 'fail',
        todo: 'see all of it with `zeroshift migrate --dry-run`, and mend it',
      }),
  });

function reasonsOf({
  kind,
  namespace,
  name,
  verdict,
  refusals = [],
  conflicts = [],
}: PlannedObject): string[] {
  const called = `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
  if (verdict === 'refusal') return [`${called}: ${refusals.map(({ why }) => why).join(', ')}`];
  if (verdict !== 'conflict') return [];
  return [`${called}: ${conflicts.map(({ field, owner }) => `${field} is ${owner}'s`).join(', ')}`];
}
