import { ApiError } from '../accelerator/index.ts';
import type { CheckSetting, Targets } from '../entrance/index.ts';
import type { Answer } from './xml.ts';

/** The parameters of a request, as a form has them. */
export type Form = URLSearchParams;
export type Operation = (form: Form) => { readonly [name: string]: Answer };

/** A target group as the API names it. */
export interface Group {
  readonly arn: string;
  readonly name: string;
  readonly targets: Targets;
}

export interface Balancer {
  readonly arn: string;
  readonly groups: readonly Group[];
  /** Seconds, as they are told; a rehearsal asks more often. */
  readonly interval: number;
}

/** At which port of a gateway an entrance asks when nobody says otherwise. */
const gatewayCheckPort = '9000';

const validation = (message: string): ApiError => new ApiError('ValidationError', message);

/** The operations that a break-glass page needs, on one load balancer. */
export function operations(balancer: Balancer): ReadonlyMap<string, Operation> {
  const groupNamed = (arn: string | null): Group => {
    if (arn === null) throw validation('TargetGroupArn is missing');
    const found = balancer.groups.find((group) => group.arn === arn);
    if (found === undefined) throw new ApiError('TargetGroupNotFound', `there is no target group ${arn}`);
    return found;
  };
  return new Map<string, Operation>([
    [
      'DescribeTargetGroups',
      (form) => {
        const owner = form.get('LoadBalancerArn');
        if (owner !== null && owner !== balancer.arn)
          throw new ApiError('LoadBalancerNotFound', `there is no load balancer ${owner}`);
        const arns = listOf(form, 'TargetGroupArns');
        const groups = arns.length === 0 ? balancer.groups : arns.map(groupNamed);
        return { TargetGroups: groups.map((group) => shapeOf(balancer, group)) };
      },
    ],
    [
      'DescribeTargetHealth',
      (form) => ({ TargetHealthDescriptions: healthOf(groupNamed(form.get('TargetGroupArn'))) }),
    ],
    [
      'ModifyTargetGroup',
      (form) => {
        const group = groupNamed(form.get('TargetGroupArn'));
        const unknown = [...form.keys()].find((name) => !modified.has(name));
        if (unknown !== undefined) throw validation(`a rehearsal does not change ${unknown}`);
        group.targets.setting = changed(group, form);
        return { TargetGroups: [shapeOf(balancer, group)] };
      },
    ],
  ]);
}

const modified = new Set(['Action', 'Version', 'TargetGroupArn', 'HealthCheckPort', 'HealthCheckPath']);

function changed(group: Group, form: Form): CheckSetting {
  const { setting } = group.targets;
  const own = ownCheck(group);
  const port = form.get('HealthCheckPort');
  const path = form.get('HealthCheckPath');
  if (port !== null && port !== 'traffic-port' && !(/^\d{1,5}$/.test(port) && +port >= 1 && +port <= 65_535))
    throw validation(`the health check port "${port}" is neither a port nor traffic-port`);
  if (path !== null && own.path === undefined)
    throw new ApiError('InvalidConfigurationRequest', 'a health check of protocol TCP has no path');
  if (path !== null && !/^\/\S{0,1023}$/.test(path)) throw validation(`"${path}" is no path`);
  const now = { port: setting.port, path: setting.path };
  if (port !== null) now.port = port === own.port ? undefined : port === 'traffic-port' ? port : Number(port);
  if (path !== null) now.path = path === own.path ? undefined : path;
  return {
    ...(now.port === undefined ? {} : { port: now.port }),
    ...(now.path === undefined ? {} : { path: now.path }),
  };
}

/** How the targets ask to be asked. */
function ownCheck({ targets }: Group): { readonly port: string; readonly path?: string } {
  const path = targets.states().find(({ target }) => target.health.path !== undefined)?.target.health.path;
  return path === undefined ? { port: 'traffic-port' } : { port: gatewayCheckPort, path };
}

function shapeOf({ arn, interval }: Balancer, group: Group): Answer {
  const { setting, port } = group.targets;
  const own = ownCheck(group);
  const path = own.path === undefined ? undefined : (setting.path ?? own.path);
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: 'TCP',
    Port: Number(port),
    HealthCheckProtocol: own.path === undefined ? 'TCP' : 'HTTP',
    HealthCheckPort: String(setting.port ?? own.port),
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: interval,
    HealthCheckTimeoutSeconds: Math.min(6, interval),
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 2,
    ...(path === undefined ? {} : { HealthCheckPath: path, Matcher: { HttpCode: '200' } }),
    LoadBalancerArns: [arn],
    TargetType: 'ip',
    IpAddressType: 'ipv4',
  };
}

const healthOf = ({ targets }: Group): Answer =>
  targets.states().map(({ target, state }) => {
    const address = target.addresses[targets.port] ?? target.health.address;
    const colon = address.lastIndexOf(':');
    return {
      Target: { Id: address.slice(0, colon), Port: Number(address.slice(colon + 1)) },
      TargetHealth: {
        State: state,
        ...(state === 'unhealthy'
          ? { Reason: 'Target.FailedHealthChecks', Description: 'Health checks failed' }
          : {}),
      },
    };
  });

/** The elements of a list in a form: `Name.member.1`, `Name.member.2`, … */
function listOf(form: Form, name: string): string[] {
  const found: string[] = [];
  for (let index = 1; ; index++) {
    const value = form.get(`${name}.member.${index}`);
    if (value === null) return found;
    found.push(value);
  }
}
