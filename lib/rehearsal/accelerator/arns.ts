import { createHash } from 'node:crypto';

/** ARNs of the parts of an accelerator. Made from its name, so that a rehearsal that starts again finds them the same. */
export interface AcceleratorArns {
  readonly accelerator: string;
  readonly listener: string;
  endpointGroup(region: string): string;
}

export function acceleratorArns(account: string, name: string): AcceleratorArns {
  const id = hex(`accelerator ${name}`, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const accelerator = `arn:aws:globalaccelerator::${account}:accelerator/${id}`;
  const listener = `${accelerator}/listener/${hex(`listener ${name}`, 8)}`;
  return {
    accelerator,
    listener,
    endpointGroup: (region) => `${listener}/endpoint-group/${hex(`group ${name} ${region}`, 12)}`,
  };
}

/** The ARN of an NLB as AWS would write it; the same for the same name. */
export const networkLoadBalancerArn = (props: {
  readonly region: string;
  readonly account: string;
  readonly name: string;
}): string =>
  `arn:aws:elasticloadbalancing:${props.region}:${props.account}:loadbalancer/net/${props.name}/${hex(
    `${props.account} ${props.region} ${props.name}`,
    16,
  )}`;

/** The ARN of a target group as AWS would write it; the same for the same name. */
export const targetGroupArn = (props: {
  readonly region: string;
  readonly account: string;
  readonly name: string;
}): string =>
  `arn:aws:elasticloadbalancing:${props.region}:${props.account}:targetgroup/${props.name}/${hex(
    `group ${props.account} ${props.region} ${props.name}`,
    16,
  )}`;

/** Region and account of an ARN; undefined for what is none. */
export function ownerOf(arn: string): { readonly region: string; readonly account: string } | undefined {
  const [, region, account] = /^arn:[^:]+:[^:]+:([^:]*):(\d{12}):.+$/.exec(arn) ?? [];
  return region === undefined || account === undefined ? undefined : { region, account };
}

const hex = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length);
