import type { Stack } from 'aws-cdk-lib/core';
import { journalTableName } from '../cutover/store/dynamodb-table.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { acceleratorRegion } from '../fleet/locator-ssm.ts';
import { operatorRoleName } from './names.ts';

/** ARNs that follow from a fleet's names: a stack that says them needs no other stack first. */

/** The ARN of a fleet's operator in the account of this stack, known before it is there. */
export const operatorRoleArn = (stack: Stack, fleet: Fleet): string =>
  stack.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: operatorRoleName(fleet) });

/** The ARN of a fleet's journal table in the account of this stack, known before it is there. */
export const journalTableArn = (stack: Stack, fleet: Fleet): string =>
  stack.formatArn({
    service: 'dynamodb',
    region: acceleratorRegion,
    resource: 'table',
    resourceName: journalTableName(fleet.name),
  });
