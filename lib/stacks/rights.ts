import { PolicyStatement, Role, type RoleProps } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** The right to make these calls on these resources. */
export const allow = (actions: readonly string[], resources: readonly string[]): PolicyStatement =>
  new PolicyStatement({ actions: [...actions], resources: [...resources] });

/** A role with these rights alone. */
export function roleWith(
  scope: Construct,
  id: string,
  props: RoleProps & { readonly description: string },
  rights: readonly PolicyStatement[],
): Role {
  const role = new Role(scope, id, props);
  for (const right of rights) role.addToPolicy(right);
  return role;
}
