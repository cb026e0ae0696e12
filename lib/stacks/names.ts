import type { Colour } from '../fleet/colour.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { ZeroshiftError } from '../messages/error.ts';

/** Names that manifests and stacks agree on before anything is deployed. All are derived from the fleet alone. */

type Named = Pick<Fleet, 'name'>;

/** The EKS cluster of a colour, the same in every region. */
export const clusterName = (fleet: Named, colour: Colour): string => `${fleet.name}-${colour}`;

/**
 * The NLB of a colour, the same in every region. At most 26 characters; AWS allows 32.
 * @throws ZeroshiftError `stacks.name` for what AWS keeps for itself
 */
export function entranceName(fleet: Named, colour: Colour): string {
  const name = `${fleet.name}-${colour}`;
  if (name.startsWith('internal-'))
    throw new ZeroshiftError('the fleet has a name that no NLB may have', {
      code: 'stacks.name',
      source: 'user',
      problems: [{ where: 'name', value: fleet.name, allowed: 'a name that does not start with "internal"' }],
      action: 'choose another name for the fleet',
    });
  return name;
}

/** The target group behind one port of a colour's entrance. At most 32 characters, which is what AWS allows. */
export const targetGroupName = (fleet: Named, colour: Colour, port: number): string =>
  `${fleet.name}-${colour}-${port}`;

/** The IAM role of whoever operates a fleet. */
export const operatorRoleName = (fleet: Named): string => `zeroshift-${fleet.name}-operator`;

/** The group in which Kubernetes knows operators: the manifests of `zeroshift/constructs/operator` say what it may. */
export const operatorGroup = 'zeroshift:operators';

/** CloudFormation stacks. */
export const stackNames = {
  network: (fleet: Named, region: string): string => `${fleet.name}-${region}-network`,
  colour: (fleet: Named, region: string, colour: Colour): string => `${fleet.name}-${region}-${colour}`,
  accelerator: (fleet: Named): string => `${fleet.name}-accelerator`,
  operations: (fleet: Named): string => `${fleet.name}-operations`,
  observability: (fleet: Named): string => `${fleet.name}-observability`,
} as const;
