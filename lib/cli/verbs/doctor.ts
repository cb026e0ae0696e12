import { createKubernetesCluster } from '../../clusters/index.ts';
import {
  type CheckResult,
  lookAtAccess,
  lookAtAccount,
  lookAtMigration,
  lookAtRegion,
  windowOfFleet,
} from '../../doctor/index.ts';
import { type Colour, colours, type Fleet, type RegionLocation, sibling } from '../../fleet/index.ts';
import { exitCodes, ZeroshiftError } from '../../messages/error.ts';
import { chosenRegions } from '../chosen-regions.ts';
import { leastKubernetes } from '../least-kubernetes.ts';
import { type LiveFleet, liveFleet } from '../live-fleet.ts';
import { oneOf } from '../one-of.ts';
import type { LocatedOptions } from '../options.ts';
import type { Output } from '../output.ts';

export interface DoctorOptions extends LocatedOptions {
  /** @default - both, and what differs between them */
  readonly colour?: string;
  readonly region?: string;
}

/**
 * `zeroshift doctor`: what must be true before a deployment and before a cutover. Only reads.
 * @returns 0, or 1 when a check failed; what could not be read is told, and fails nothing
 */
export async function doctorVerb(output: Output, options: DoctorOptions): Promise<number> {
  const only =
    options.colour === undefined
      ? undefined
      : oneOf(options.colour, colours, { code: 'usage.colour', where: '--colour', what: 'colour' });
  const live = await liveFleet(options).catch(async (error: unknown) => {
    // Before the first deployment there is nothing to be led to.
    if (!ZeroshiftError.is(error) || error.code !== 'locator.incomplete') throw error;
    return undefined;
  });
  const results =
    live === undefined
      ? await beforeDeployment(output, options)
      : await lookAtFleet(output, live, options.region, only);
  return said(output, results);
}

async function lookAtFleet(
  output: Output,
  live: LiveFleet,
  region: string | undefined,
  only: Colour | undefined,
): Promise<CheckResult[]> {
  const { fleet, locator, ports } = live;
  const regions = chosenRegions(locator.regions, region);
  const window = windowOfFleet(fleet.cutover, locator.regions.length, ports.clock.now());
  const weights = await Promise.all(regions.map((location) => liveIn(live, location)));
  const [first] = weights;
  output.say('doctor.looking', {
    fleet: fleet.name,
    regions: regions.map((location) => location.region),
    from: first?.live ?? null,
    window: window.length,
  });
  const rehearsed = locator.accelerator.controlPlane !== undefined;
  const nobody = rehearsed ? { why: 'a rehearsal has no account' } : undefined;
  const least = await leastKubernetes(fleet);
  const results: CheckResult[] = [
    ...(await lookAtAccess(regions, window, nobody ?? { region: regions[0]?.region ?? '' })),
  ];
  for (const [index, location] of regions.entries()) {
    const from = weights[index]?.live ?? 'blue';
    results.push(...(weights[index]?.results ?? []));
    const clusters = {
      blue: createKubernetesCluster(location.colours.blue.cluster),
      green: createKubernetesCluster(location.colours.green.cluster),
    };
    const look = await lookAtRegion({
      location,
      clusters,
      from,
      window,
      least,
      ...(nobody === undefined ? {} : { aws: nobody }),
      ...(only === undefined ? {} : { only }),
    });
    results.push(...look.results);
    if (only === undefined) {
      const to = sibling(from);
      const rules = await ports.rules();
      const [source, target] = [clusters[from], clusters[to]];
      results.push(await lookAtMigration({ region: location.region, from, to, source, target, rules }));
    }
  }
  return results;
}

/** Which colour has the traffic, and what the accelerator thinks of both entrances. */
async function liveIn(
  { ports }: LiveFleet,
  { region, endpointGroupArn, colours: parts }: RegionLocation,
): Promise<{ readonly live?: Colour; readonly results: readonly CheckResult[] }> {
  const check = 'entrance-health';
  const limit = 'registered and HEALTHY';
  try {
    const { endpoints } = await ports.traffic.readGroup(endpointGroupArn);
    const found = colours.map((colour) => ({
      colour,
      endpoint: endpoints.find(({ id }) => id === parts[colour].entrance.arn),
    }));
    const [blue = 0, green = 0] = found.map(({ endpoint }) => endpoint?.weight ?? 0);
    return {
      ...(blue === green ? {} : { live: blue > green ? 'blue' : 'green' }),
      results: found.map(({ colour, endpoint }): CheckResult => {
        const at = { check, where: `${region} ${colour}`, limit };
        if (endpoint === undefined)
          return { ...at, value: 'not registered', verdict: 'fail', todo: "deploy the colour's stack" };
        const { health = 'unknown', healthReason, weight } = endpoint;
        return health === 'HEALTHY'
          ? { ...at, value: `${health}, weight ${weight}`, verdict: 'pass' }
          : {
              ...at,
              value: `${health}${healthReason === undefined ? '' : ` (${healthReason})`}, weight ${weight}`,
              verdict: 'fail',
              todo: 'see whether its gateways are registered as targets and ready',
            };
      }),
    };
  } catch (error) {
    if (!ZeroshiftError.is(error)) throw error;
    return {
      results: [
        {
          check,
          where: region,
          limit,
          value: `not known: ${error.message}`,
          verdict: 'unknown',
          todo: error.action ?? 'try again',
        },
      ],
    };
  }
}

/** Nothing of the fleet is there: what can be told is whether there is room for it. */
async function beforeDeployment(output: Output, options: DoctorOptions): Promise<CheckResult[]> {
  const { loadFleet } = await import('../../fleet/index.ts');
  const fleet: Fleet = await loadFleet(options.fleet);
  const window = windowOfFleet(fleet.cutover, fleet.regions.length, Date.now());
  output.say('doctor.looking', {
    fleet: fleet.name,
    regions: fleet.regions.map(({ name }) => name),
    from: null,
    window: window.length,
  });
  const [first] = fleet.regions;
  const access = first === undefined ? [] : await lookAtAccess([], window, { region: first.name });
  const rooms = await Promise.all(
    fleet.regions.map(({ name, network, availabilityZones }) => {
      const isNew = !('existing' in network);
      const coming = { addresses: isNew ? availabilityZones.length : 0, networks: isNew ? 1 : 0 };
      return lookAtAccount({ region: name }, coming);
    }),
  );
  return [
    ...access,
    ...rooms.flat(),
    {
      check: 'deployment',
      where: fleet.name,
      limit: 'a locator that leads to both colours',
      value: 'not known: nothing is deployed yet, or not all of it',
      verdict: 'unknown',
      todo: 'deploy the fleet, then look again',
    },
  ];
}

const codes = {
  pass: 'doctor.passed',
  warn: 'doctor.warned',
  fail: 'doctor.failed',
  unknown: 'doctor.unknown',
} as const;

function said(output: Output, results: readonly CheckResult[]): number {
  // What matters most stands last, where a terminal shows it.
  for (const verdict of ['pass', 'unknown', 'warn', 'fail'] as const)
    for (const result of results.filter((one) => one.verdict === verdict)) output.say(codes[verdict], result);
  const count = (verdict: CheckResult['verdict']): number =>
    results.filter((result) => result.verdict === verdict).length;
  const sums = {
    passed: count('pass'),
    warned: count('warn'),
    unknown: count('unknown'),
    failed: count('fail'),
  };
  if (sums.failed === 0) {
    output.say('doctor.well', sums);
    return exitCodes.done;
  }
  const failed = results.filter(({ verdict }) => verdict === 'fail');
  output.say('doctor.unwell', {
    ...sums,
    checks: [...new Set(failed.map(({ check, where }) => `${check} of ${where}`))],
  });
  return exitCodes.error;
}
