import { ArnPrincipal, CompositePrincipal } from 'aws-cdk-lib/aws-iam';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledgeWildcards } from './acknowledge.ts';
import { endpointLookups, operatorActions } from './operator-actions.ts';
import { allow, roleWith } from './rights.ts';

export interface OperatorRoleProps {
  readonly roleName: string;
  /** ARNs of IAM roles or users that may take it. */
  readonly principals: readonly string[];
  readonly acceleratorArn: string;
  readonly listenerArn: string;
  /** ARNs, or a pattern of them. */
  readonly endpointGroupArns: readonly string[];
  readonly journalTableArn: string;
  /** Path of the locator in SSM, such as `/zeroshift/shop`. */
  readonly locatorPath: string;
  /** AWS regions that hold parts of the locator. */
  readonly locatorRegions: readonly string[];
}

/** What whoever operates a fleet may do in AWS: the calls of the command, on the parts of this fleet. */
export class OperatorRole extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: OperatorRoleProps) {
    super(scope, id);
    const locator = this.locatorArns(props);
    const role = roleWith(
      this,
      'Role',
      {
        roleName: props.roleName,
        description: 'operates cutovers: reads where a fleet is, moves its weights, keeps the journal',
        assumedBy: new CompositePrincipal(...props.principals.map((arn) => new ArnPrincipal(arn))),
        // A cutover with its hold may take hours; a session that ends in between needs another sign-in.
        maxSessionDuration: Duration.hours(12),
      },
      [
        allow(operatorActions.accelerator, [props.acceleratorArn]),
        allow(operatorActions.listener, [props.listenerArn]),
        allow(operatorActions.endpointGroups, props.endpointGroupArns),
        allow(operatorActions.journal, [props.journalTableArn]),
        allow(operatorActions.locator, locator),
        allow([...operatorActions.anywhere, ...operatorActions.doctor, ...endpointLookups], ['*']),
      ],
    );
    acknowledgeWildcards(
      role,
      [...locator, ...props.endpointGroupArns, '*'],
      'the locator is a folder of parameters, endpoint groups of an existing accelerator are known by their listener, and what is read on * has no narrower resource',
    );
    this.roleArn = role.roleArn;
  }

  /** The folder itself, which is what is asked for, and what is below it. */
  private locatorArns({ locatorPath, locatorRegions }: OperatorRoleProps): string[] {
    const stack = Stack.of(this);
    return locatorRegions.flatMap((region) =>
      [locatorPath, `${locatorPath}/*`].map((path) =>
        stack.formatArn({ service: 'ssm', region, resource: 'parameter', resourceName: path.slice(1) }),
      ),
    );
  }
}
