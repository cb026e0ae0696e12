import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { OperatorAccess } from '../constructs/operator/index.ts';
import type { Fleet } from '../lib/fleet/index.ts';
// The room's door would load the CDK.
import { operatorGroup } from '../lib/stacks/names.ts';
import { numbered } from './files.ts';

/** What the fleet's operators may do in its clusters: nothing where the fleet names none. */
export class AccessChart extends Chart {
  /** File name → the construct whose objects it holds. */
  readonly files: ReadonlyMap<string, Construct>;

  constructor(scope: Construct, id: string, fleet: Fleet) {
    super(scope, id, { disableResourceNameHashes: true });
    const named = fleet.operators.principals.length > 0;
    this.files = numbered(named ? [new OperatorAccess(this, 'operators', { group: operatorGroup })] : []);
  }
}
