import type { Construct } from 'constructs';
import { colours } from '../fleet/colour.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { ZeroshiftError } from '../messages/error.ts';
import { AcceleratorStack } from './accelerator-stack.ts';
import { ColourStack } from './colour-stack.ts';
import { NetworkStack } from './network-stack.ts';
import { ObservabilityStack } from './observability-stack.ts';
import { OperationsStack } from './operations-stack.ts';

/** The stacks of a fleet. */
export interface FleetStacks {
  readonly accelerator: AcceleratorStack;
  readonly operations: OperationsStack;
  /** One for each region whose VPC is ours. */
  readonly networks: readonly NetworkStack[];
  /** Blue and green of each region, in the fleet's order. */
  readonly colours: readonly ColourStack[];
  readonly observability: ObservabilityStack;
}

/**
 * Builds all stacks of a fleet below `scope`, usually a CDK app. Looks nothing up: it needs no account.
 * @throws ZeroshiftError `stacks.accounts`, `stacks.name`, `stacks.subnets`
 */
export function synthesizeFleet(scope: Construct, fleet: Fleet): FleetStacks {
  const account = oneAccount(fleet);
  const accelerator = new AcceleratorStack(scope, { fleet, account });
  const operations = new OperationsStack(scope, { fleet, account, accelerator: accelerator.parts });
  const networks: NetworkStack[] = [];
  const colourStacks: ColourStack[] = [];
  for (const region of fleet.regions) {
    const { network } = region;
    const own = 'cidr' in network ? new NetworkStack(scope, { fleet, region, network }) : undefined;
    if (own !== undefined) networks.push(own);
    const both = colours.map((colour) => {
      const stack = new ColourStack(scope, {
        fleet,
        region,
        colour,
        group: accelerator.group(region.name),
        ...(own === undefined ? {} : { vpc: own.vpc }),
      });
      // The operator's role, which the cluster admits, has to be there.
      stack.addStackDependency(operations);
      return stack;
    });
    colourStacks.push(...both);
  }
  const observability = new ObservabilityStack(scope, { fleet, account });
  return { accelerator, operations, networks, colours: colourStacks, observability };
}

/** Endpoints of another account need attachments, which nothing here makes. */
function oneAccount(fleet: Fleet): string {
  const account = fleet.regions[0]?.account ?? '';
  const others = fleet.regions.filter((region) => region.account !== account);
  if (others.length > 0)
    throw new ZeroshiftError('the regions of a fleet are in different accounts', {
      code: 'stacks.accounts',
      source: 'user',
      problems: others.map((region) => ({
        where: `regions.${region.name}.account`,
        value: region.account,
        allowed: `the account of the first region, ${account}`,
      })),
      action: 'use one account for all regions of a fleet',
    });
  return account;
}
