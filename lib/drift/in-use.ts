import type { ClusterPort } from '../clusters/cluster-port.ts';
import { cutoversUnderWay } from '../cutover/cutover-directory.ts';
import { actor } from '../cutover/operate.ts';
import type { Clock } from '../cutover/ports.ts';
import { takeFleetLease } from '../cutover/store.ts';
import { type Colour, sibling } from '../fleet/colour.ts';
import { exitCodes, type Problem, ZeroshiftError } from '../messages/error.ts';
import { difference } from '../metrics/difference.ts';
import type { MetricsPort } from '../metrics/metrics-port.ts';
import type { TrafficPort } from '../traffic/traffic-port.ts';

export interface InUseProps {
  /** What `--state` names. */
  readonly state: string;
  /** The fleet's name. */
  readonly fleet: string;
  readonly colour: Colour;
  readonly regions: readonly {
    readonly region: string;
    readonly endpointGroupArn: string;
    readonly entranceArn: string;
    readonly cluster: ClusterPort;
    readonly metrics: MetricsPort;
  }[];
  readonly traffic: TrafficPort;
  readonly clock: Clock;
  /** Milliseconds without a request that count as empty. */
  readonly quiet: number;
  /** Told before the gateways are watched for so long. */
  readonly onWatch: () => void;
}

const inUse = (code: string, text: string, problems: Problem[], action: string): ZeroshiftError =>
  new ZeroshiftError(text, { code, source: 'user', problems, action, exitCode: exitCodes.error });

/** Nothing of a colour is deleted while a cutover is between its first step and `finalize` or the end of a rollback. */
async function refuseCutover({ state, fleet }: InUseProps): Promise<void> {
  const [id] = await cutoversUnderWay(state, fleet);
  if (id === undefined) return;
  throw inUse(
    'prune.cutover-under-way',
    'a cutover of this fleet is not over yet, and both colours are part of it',
    [{ where: 'cutover', value: id, allowed: 'one that is finalized or rolled back' }],
    'see `zeroshift status`, then end it with `zeroshift finalize` or `zeroshift rollback`',
  );
}

async function refuseWeight({ regions, traffic, colour }: InUseProps): Promise<void> {
  const weights = await Promise.all(
    regions.map(async ({ region, endpointGroupArn, entranceArn }) => {
      const { endpoints } = await traffic.readGroup(endpointGroupArn);
      const weight = endpoints
        .filter(({ id }) => id === entranceArn)
        .reduce((sum, endpoint) => sum + endpoint.weight, 0);
      return { region, weight };
    }),
  );
  const loaded = weights.filter(({ weight }) => weight > 0);
  if (loaded.length === 0) return;
  throw inUse(
    'prune.has-weight',
    `${colour} has weight at the accelerator, and nothing of a colour is deleted while it has`,
    loaded.map(({ region, weight }) => ({
      where: `weight of ${colour} in ${region}`,
      value: weight,
      allowed: '0',
    })),
    `move the traffic to ${sibling(colour)} first: \`zeroshift plan --to ${sibling(colour)}\`, \`zeroshift cutover\`, \`zeroshift finalize\``,
  );
}

/** Whether there is a gateway at all: without one no request comes in, and there is nothing to read. */
async function hasGateways(cluster: ClusterPort): Promise<boolean> {
  const where = { namespace: 'kourier-system', labelSelector: 'app=3scale-kourier-gateway' };
  for await (const _ of cluster.list({ apiVersion: 'v1', kind: 'Pod' }, where)) return true;
  return false;
}

async function refuseRequests({ regions, colour, clock, quiet, onWatch }: InUseProps): Promise<void> {
  const there = await Promise.all(regions.map(({ cluster }) => hasGateways(cluster)));
  const watched = regions.filter((_, index) => there[index]);
  if (watched.length === 0) return;
  onWatch();
  const sample = () => Promise.all(watched.map(({ metrics }) => metrics.gateways()));
  const first = await sample();
  await clock.sleep(quiet);
  const last = await sample();
  const problems = watched.flatMap(({ region }, index): Problem[] => {
    const [before, after] = [first[index], last[index]];
    if (before === undefined || after === undefined) return [];
    const { reset, requests } = difference(before, after);
    const where = `${colour} in ${region}`;
    if (reset) return [{ where, value: 'gateways that restarted', allowed: 'gateways that can be compared' }];
    if (requests > 0) return [{ where, value: `${requests} requests`, allowed: 'none' }];
    return after.openFlows > 0 ? [{ where, value: `${after.openFlows} open flows`, allowed: 'none' }] : [];
  });
  if (problems.length === 0) return;
  throw inUse(
    'prune.has-requests',
    `${colour} has no weight and is not empty all the same: watched for ${Math.round(quiet / 1000)} s`,
    problems,
    'find out who calls it besides the accelerator, and try again once it is quiet',
  );
}

/**
 * Does work that deletes something of a colour, under the fleet's lease, so that no cutover begins meanwhile.
 * @param work is given a check to make before each deletion
 * @throws ZeroshiftError `lease.held` (exit 6), `prune.cutover-under-way`, `prune.has-weight`, `prune.has-requests`,
 * `lease.lost`, and what the ports throw
 */
export async function whileUnused<Result>(
  props: InUseProps,
  work: (check: () => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const lease = await takeFleetLease(props.state, props.fleet, actor());
  try {
    await refuseWhileInUse(props);
    await refuseRequests(props);
    return await work(async () => {
      await lease.check();
      await refuseWeight(props);
    });
  } finally {
    await lease.release();
  }
}

/** What can be seen at once, without waiting: so that nobody is asked to confirm what will be refused. */
export async function refuseWhileInUse(props: InUseProps): Promise<void> {
  await refuseCutover(props);
  await refuseWeight(props);
}
