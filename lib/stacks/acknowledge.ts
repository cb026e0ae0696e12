import { Validations } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/** Says for each finding of a rule pack, by its id, why it is as it is; for the construct and all below it. */
export function acknowledge(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(construct).acknowledge({ id, reason });
}

/** Why a role has these policies of AWS's own: one finding each. */
export function acknowledgeManagedPolicies(
  construct: IConstruct,
  names: readonly string[],
  reason: string,
): void {
  for (const name of names)
    acknowledge(construct, {
      [`AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${name}]`]: reason,
    });
}

/** Why a role has rights on these resources, which have a `*` in them: one finding each. */
export function acknowledgeWildcards(
  construct: IConstruct,
  resources: readonly string[],
  reason: string,
): void {
  for (const resource of resources)
    if (resource.includes('*'))
      acknowledge(construct, { [`AwsSolutions-IAM5[Resource::${asFound(resource)}]`]: reason });
}

/** As a finding writes what only a deployment knows, such as the partition. */
const asFound = (arn: string): string =>
  arn.replaceAll(/\$\{Token\[AWS[.:]+(\w+)[^\]]*\]\}/g, (_, name) => `<AWS::${name}>`);
