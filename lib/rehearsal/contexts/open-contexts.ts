import { createKubernetesCluster, type DefinitionPort } from '../../clusters/index.ts';
import { type Colour, colours } from '../../fleet/colour.ts';
import type { Fleet } from '../../fleet/index.ts';
import { type Problem, type Say, ZeroshiftError } from '../../messages/index.ts';
import { networkLoadBalancerArn } from '../accelerator/index.ts';
import type { Care, ClusterInfo, OpenClusters, StartPart } from '../world/index.ts';
import { releaseBadly } from './bad-release.ts';
import { clusterName, fitnessProblems, identityOf } from './check-fitness.ts';
import { domainProblems, serviceProblemsIn } from './check-services.ts';
import type { ChosenContexts } from './choose-contexts.ts';
import { claim, type Release } from './claim.ts';
import { findTargets } from './find-targets.ts';
import { followTargets } from './follow-targets.ts';
import { foreignServices } from './foreign-services.ts';
import { removeOwn } from './remove-own.ts';

export interface ContextClusters extends ChosenContexts {
  readonly start: StartPart;
  /** What was made stays in the clusters when they are closed. */
  readonly leave: boolean;
  readonly say: Say;
}

type Both<T> = Readonly<Record<Colour, T>>;

/** Milliseconds between two health checks of an entrance, as in the rehearsal's own clusters. */
const healthCheckMs = 500;

const both = async <T>(of: (colour: Colour) => Promise<T>): Promise<Both<T>> => {
  const [blue, green] = await Promise.all([of('blue'), of('green')]);
  return { blue, green };
};

/**
 * Opens the clusters that two contexts lead to. Nothing is written before everything that can be known beforehand is
 * known to be right.
 * @throws ZeroshiftError `rehearsal.unfit`, `rehearsal.same-cluster`, `rehearsal.foreign-services`, `rehearsal.busy`,
 * `rehearsal.no-way-in`, and what the ports throw
 */
export const openContexts =
  (props: ContextClusters): OpenClusters =>
  async ({ fleet, region, care }) => {
    const { kubeconfig, contexts, start } = props;
    const names: Both<string> = {
      blue: clusterName('blue', contexts.blue),
      green: clusterName('green', contexts.green),
    };
    const port = (colour: Colour): DefinitionPort =>
      createKubernetesCluster({ name: names[colour], kubeconfig, context: contexts[colour] });
    const clusters: Both<DefinitionPort> = { blue: port('blue'), green: port('green') };
    await refuseUnfit(clusters, names, fleet);
    const ports = fleet.entrance.ports;
    const find = await both((colour) => findTargets(clusters[colour], ports, names[colour]));

    const ends: (() => Promise<void>)[] = [];
    const close = async (): Promise<void> => {
      const failed: unknown[] = [];
      for (const end of ends.splice(0).reverse()) await end().catch((error: unknown) => failed.push(error));
      if (failed.length > 0) throw failed[0];
    };
    try {
      const releases: Release[] = [];
      ends.push(async () => void (await Promise.all(releases.map((release) => release()))));
      for (const colour of colours) releases.push(await claim(clusters[colour], fleet.name, names[colour]));
      await both((colour) => cleanUp(clusters[colour], names[colour], 'leftovers', props.say));
      if (!props.leave)
        ends.push(
          async () =>
            void (await both((colour) => cleanUp(clusters[colour], names[colour], 'made', props.say))),
        );
      const infos = await both(async (colour): Promise<ClusterInfo> => {
        const name = `${fleet.name}-${colour}`;
        const arn = networkLoadBalancerArn({ region: region.name, account: region.account, name });
        const entrance = await openEntrance(start, { colour, arn, ports, find: find[colour], care }, ends);
        return {
          name: contexts[colour],
          kubeconfig,
          context: contexts[colour],
          entrance: { arn, ...entrance },
        };
      });
      return {
        infos,
        foreign: true,
        async setFault(colour, fault) {
          const [address] = Object.values(infos[colour].entrance.addresses);
          if (fault === 'errors' && address !== undefined)
            await releaseBadly(clusters[colour], address, care.signal);
        },
        close,
      };
    } catch (error) {
      await close();
      throw error;
    }
  };

interface EntranceProps {
  readonly colour: Colour;
  readonly arn: string;
  readonly ports: readonly number[];
  readonly find: Awaited<ReturnType<typeof findTargets>>;
  readonly care: Care;
}

async function openEntrance(
  start: StartPart,
  { colour, arn, ports, find, care }: EntranceProps,
  ends: (() => Promise<void>)[],
): Promise<Omit<ClusterInfo['entrance'], 'arn'>> {
  const thread = await start.entrance({ colour, arn, ports, healthCheckMs }, care);
  ends.push(() => thread.close());
  const following = followTargets(find, (targets) => thread.tell({ targets }));
  ends.push(async () => following.stop());
  await following.first;
  return thread.info;
}

async function refuseUnfit(clusters: Both<DefinitionPort>, names: Both<string>, fleet: Fleet): Promise<void> {
  const unfit = await both((colour) => fitnessProblems(clusters[colour], names[colour]));
  refuse([...unfit.blue, ...unfit.green], {
    code: 'rehearsal.unfit',
    message: 'these clusters cannot be rehearsed on',
    action: 'install what is missing: `zeroshift synth` writes Knative Serving and Kourier for each colour',
  });
  const ids = await both((colour) => identityOf(clusters[colour]));
  if (ids.blue !== undefined && ids.blue === ids.green)
    throw new ZeroshiftError('both contexts lead to the same cluster', {
      code: 'rehearsal.same-cluster',
      source: 'user',
      problems: [{ where: '--contexts', value: `${names.blue}, ${names.green}`, allowed: 'two clusters' }],
    });
  const foreign = await both((colour) => foreignServices(clusters[colour], names[colour]));
  refuse([...foreign.blue, ...foreign.green], {
    code: 'rehearsal.foreign-services',
    message: 'there are services that no rehearsal made',
    action: 'rehearse on clusters without services: nothing was touched',
  });
  const refused = await both((colour) => serviceProblemsIn(clusters[colour], fleet, colour, names[colour]));
  refuse([...refused.blue, ...refused.green, ...(await domainProblems(clusters, names))], {
    code: 'rehearsal.unfit',
    message: "these clusters would not take the fleet's services",
    action:
      'change the settings that are named, with whatever configures these clusters: a rehearsal does not',
  });
}

/** Problems that are shown; so many more would say nothing more. */
const shown = 12;

function refuse(
  problems: readonly Problem[],
  { code, message, action }: { readonly code: string; readonly message: string; readonly action: string },
): void {
  if (problems.length === 0) return;
  const more = problems.length > shown ? ` (${shown} of ${problems.length} are shown)` : '';
  throw new ZeroshiftError(`${message}${more}`, {
    code,
    source: 'user',
    exitCode: 1,
    problems: problems.slice(0, shown),
    action,
  });
}

/** Milliseconds between two words of what is still there. */
const tellEvery = 10_000;

async function cleanUp(
  cluster: DefinitionPort,
  name: string,
  what: 'leftovers' | 'made',
  say: Say,
): Promise<void> {
  const began = Date.now();
  const seconds = (): number => (Date.now() - began) / 1000;
  let told = Number.NEGATIVE_INFINITY;
  const { removed, left } = await removeOwn(cluster, (still) => {
    if (Date.now() - told < tellEvery) return;
    told = Date.now();
    say('rehearsal.cleaning', { cluster: name, what, left: still, seconds: seconds() });
  });
  if (removed > 0 || left.length > 0)
    say('rehearsal.cleaned', { cluster: name, what, removed, left, seconds: seconds() });
}
