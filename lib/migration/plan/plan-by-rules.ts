import type { Colour } from '../../fleet/colour.ts';
import type { MigrationDefinition } from '../../fleet/fleet.ts';
import type { RegionPlan } from './plan.ts';
import { type TakePlanProps, takeMigrationPlan } from './take-plan.ts';
import type { TargetRelease } from './target.ts';

/** What a fleet says of its migrations, whichever colour is the target. */
export interface PlanRules {
  /** @default - everything moves as it is */
  readonly migration?: MigrationDefinition;
  readonly releases: Readonly<Record<Colour, TargetRelease>>;
  /** Only what has these labels, and what that needs. @default - everything */
  readonly selector?: string;
}

/**
 * Plans a region's migration by the fleet's rules. Writes nothing.
 * @param namespaces only these. @default - all
 * @throws ZeroshiftError what an inventory throws, and what the ports throw
 */
export function planByRules(
  { migration, releases, selector }: PlanRules,
  clusters: Pick<TakePlanProps, 'source' | 'target' | 'context'>,
  namespaces?: readonly string[],
): Promise<RegionPlan> {
  return takeMigrationPlan({
    ...clusters,
    release: releases[clusters.context.to],
    scope: {
      ...(selector === undefined ? {} : { selector }),
      ...(namespaces === undefined ? {} : { namespaces }),
    },
    ...(migration === undefined ? {} : { migration }),
  });
}
