import {
  type GatewayTimes,
  kourierConfigProblems,
  kourierContradictions,
  type TargetGroup,
} from '../constructs/kourier/index.ts';
import { graceSeconds } from '../constructs/service/index.ts';
import { type Colour, colours, type Fleet } from '../lib/fleet/index.ts';
import type { Problem } from '../lib/messages/error.ts';
// The room's door would load the CDK.
import { targetGroupName } from '../lib/stacks/names.ts';

const textOf = (group: TargetGroup): string => ('name' in group ? group.name : group.arn);

/** The longest that one of the fleet's services may take for its answer, in seconds; upstream's default is 300. */
function longestAnswer(fleet: Fleet, colour: Colour): number {
  const fallback = Number(fleet.colours[colour].serving.defaults['revision-timeout-seconds'] ?? 300);
  const typed = fleet.services.map((service) => graceSeconds(service) ?? fallback);
  const plain = fleet.manifests.map(({ object }) => Number(object.spec?.template?.spec?.timeoutSeconds ?? 0));
  return Math.max(fallback, ...[...typed, ...plain].filter((seconds) => Number.isFinite(seconds)));
}

/** What a team says of an entrance that it has already: every port has its target group, which is nobody else's. */
function targetGroupProblems(fleet: Fleet, colour: Colour): Problem[] {
  const { ingress = {}, existing } = fleet.colours[colour];
  const where = `colours.${colour}.ingress.targetGroups`;
  const theirs = fleet.regions.filter(({ name }) => existing[name]?.entranceArn !== undefined);
  const { targetGroups } = ingress;
  if (targetGroups === undefined) {
    const example = fleet.entrance.ports.map((port) => `${port}: { name: '${fleet.name}-${port}' }`);
    return theirs.slice(0, 1).map(({ name }) => ({
      where,
      value: undefined,
      allowed: `the target group behind each port of colours.${colour}.existing.${name}.entranceArn, such as { ${example.join(', ')} }`,
    }));
  }
  const problems: Problem[] = [];
  const wrong = (port: number | string, allowed: string) =>
    problems.push({ where: `${where}.${port}`, value: targetGroups[port], allowed });
  const ports = fleet.entrance.ports.map(String);
  for (const port of ports)
    if (targetGroups[port] === undefined)
      wrong(port, '{ name } or { arn }: the entrance has this port, and nothing would answer there');
  for (const [port, group] of Object.entries(targetGroups)) {
    if (!ports.includes(port)) wrong(port, `a port of the entrance: ${ports.join(', ')}`);
    else if ('arn' in group) {
      const [, , , region, account] = group.arn.split(':');
      const home = fleet.regions.find(({ name }) => name === region);
      if (fleet.regions.length > 1)
        wrong(
          port,
          `{ name }: all ${fleet.regions.length} regions get the same manifests, and an ARN is one region's`,
        );
      else if (home === undefined || home.account !== account)
        wrong(port, `an ARN of ${fleet.regions.map(({ name, account }) => `${account} in ${name}`).join()}`);
    }
    const ours = targetGroupName(fleet, colour, Number(port));
    const made = fleet.regions.find(({ name }) => !theirs.some((one) => one.name === name));
    if (made !== undefined && textOf(group) !== ours)
      wrong(
        port,
        `{ name: '${ours}' }, which the stack of ${made.name} makes: this colour has no entrance there yet`,
      );
    if (taken(fleet, colour, port, group))
      wrong(
        port,
        'a target group of its own: its controller takes out every target that it did not register',
      );
  }
  return problems;
}

/** Whether another port or colour, that comes before, has the same target group. */
function taken(fleet: Fleet, colour: Colour, port: string, group: TargetGroup): boolean {
  const all = colours.flatMap((owner) =>
    Object.entries(fleet.colours[owner].ingress?.targetGroups ?? {}).map(([at, one]) => ({ owner, at, one })),
  );
  const mine = all.findIndex(({ owner, at }) => owner === colour && at === port);
  return all.slice(0, mine).some(({ one }) => textOf(one) === textOf(group));
}

/** What a colour says of its ingress that cannot work where it is. Its times are checked when they are derived. */
export function ingressProblems(fleet: Fleet, colour: Colour): Problem[] {
  const { ingress = {} } = fleet.colours[colour];
  const { config = {} } = ingress;
  const where = `colours.${colour}.ingress.config`;
  const unreadable = kourierConfigProblems(config, where);
  return [
    ...targetGroupProblems(fleet, colour),
    ...unreadable,
    ...kourierContradictions(config, {
      where,
      ownTargetGroups: ingress.targetGroups === undefined,
      ports: fleet.entrance.ports,
      longestAnswer: longestAnswer(fleet, colour),
      ownImage: ingress.gatewayImage !== undefined,
    }).filter((found) => !unreadable.some((known) => known.where === found.where)),
  ];
}

/** A drain that is given up before the gateways can have ended holds every cutover. */
export function drainProblems(fleet: Fleet, times: GatewayTimes): Problem[] {
  const { timeout } = fleet.cutover.drain;
  if (timeout.seconds >= times.replacement) return [];
  return [
    {
      where: 'cutover.drain.timeout',
      value: timeout.toString(),
      allowed: `at least ${times.replacement}s: a gateway may take ${times.terminationGracePeriod}s to end, and all of them are replaced`,
    },
  ];
}
