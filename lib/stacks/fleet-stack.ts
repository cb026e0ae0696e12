import { Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

const crossStackReferences = '@aws-cdk/core:defaultCrossStackReferences';

/**
 * A stack whose references to other stacks are weak, whatever the app around it says: an export would make the
 * producer undeletable.
 */
export class FleetStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    this.node.setContext(crossStackReferences, 'weak');
  }
}
