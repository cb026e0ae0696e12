import type { Construct } from 'constructs';
import { colours } from '../fleet/colour.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { ZeroshiftError } from '../messages/error.ts';
import { AcceleratorStack } from './accelerator-stack.ts';
import { ColourStack } from './colour-stack.ts';
import { NetworkStack } from './network-stack.ts';

export interface SynthesizeFleetOptions {
  /** ARNs of IAM roles or users that administer every cluster. @default - the deploying role alone */
  readonly admins?: readonly string[];
}

/** The stacks of a fleet. */
export interface FleetStacks {
  readonly accelerator: AcceleratorStack;
  /** One for each region whose VPC is ours. */
  readonly networks: readonly NetworkStack[];
  /** Blue and green of each region, in the fleet's order. */
  readonly colours: readonly ColourStack[];
}

/**
 * Builds all stacks of a fleet below `scope`, usually a CDK app. Looks nothing up: it needs no account.
 * @throws ZeroshiftError `stacks.accounts`, `stacks.name`, `stacks.subnets`
 */
export function synthesizeFleet(
  scope: Construct,
  fleet: Fleet,
  options: SynthesizeFleetOptions = {},
): FleetStacks {
  const accelerator = new AcceleratorStack(scope, { fleet, account: oneAccount(fleet) });
  const networks: NetworkStack[] = [];
  const colourStacks: ColourStack[] = [];
  for (const region of fleet.regions) {
    const { network } = region;
    const own = 'cidr' in network ? new NetworkStack(scope, { fleet, region, network }) : undefined;
    if (own !== undefined) networks.push(own);
    for (const colour of colours)
      colourStacks.push(
        new ColourStack(scope, {
          fleet,
          region,
          colour,
          group: accelerator.group(region.name),
          ...(own === undefined ? {} : { vpc: own.vpc }),
          ...(options.admins === undefined ? {} : { admins: options.admins }),
        }),
      );
  }
  return { accelerator, networks, colours: colourStacks };
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
