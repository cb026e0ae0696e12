import type { DefinitionPort } from '../clusters/definition-port.ts';
import type { Colour } from '../fleet/colour.ts';
import { ZeroshiftError } from '../messages/error.ts';
import { type PlanRules, planByRules } from '../migration/plan/index.ts';
import type { CheckResult } from './check.ts';
import { migrationCheck } from './checks/migration.ts';

export interface MigrationLookProps {
  readonly region: string;
  readonly from: Colour;
  readonly to: Colour;
  readonly source: DefinitionPort;
  readonly target: DefinitionPort;
  readonly rules: PlanRules;
}

/** Plans a region's migration, and says whether it could begin. Writes nothing. */
export async function lookAtMigration(props: MigrationLookProps): Promise<CheckResult> {
  const { region, from, to, source, target, rules } = props;
  const where = `${region} ${from} → ${to}`;
  try {
    const plan = await planByRules(rules, { source, target, context: { from, to, region } });
    return migrationCheck(where, { known: plan });
  } catch (error) {
    if (!ZeroshiftError.is(error)) throw error;
    return migrationCheck(where, { why: error.message });
  }
}
