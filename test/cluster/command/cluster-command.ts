import { colours } from '../../../lib/fleet/index.ts';
import { type ExitCode, errorText, exitCodes, ZeroshiftError } from '../../../lib/messages/error.ts';
import { buildAll, check, down, running, sharedKubeconfig, status, up } from '../lane/index.ts';
import { cacheError, missingGo, type Place, placeOf, refuseMissing, usableCache } from '../machine/index.ts';
import { buildPrograms, goVersion, kubectl, kubernetesVersion } from '../programs/index.ts';
import { statusLines } from './status-lines.ts';
import { usage, type Words, wordsOf } from './words.ts';

const say = (line: string): void => console.log(line);

/** Runs the command and gives what the process ends with. A person's mistake is said without a stack trace. */
export async function clusterCommand(words: readonly string[]): Promise<ExitCode> {
  try {
    const found = wordsOf(words);
    return (await verbs[found.verb](found)) ?? exitCodes.done;
  } catch (error) {
    const told = toldOf(error);
    if (told === undefined) throw error;
    console.error(errorText(told));
    return told.exitCode;
  }
}

/** What is wrong, for a person; undefined for a mistake of this project. */
const toldOf = (error: unknown): ZeroshiftError | undefined =>
  error instanceof ZeroshiftError ? error : cacheError(error);

/** Does something with each cluster at once; what went wrong with one does not stop the others, and all of it is said. */
async function forEach(clusters: readonly string[], act: (place: Place) => Promise<unknown>): Promise<void> {
  const results = await Promise.allSettled(clusters.map((name) => act(placeOf(name))));
  const [first, ...more] = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  for (const reason of more) {
    const told = toldOf(reason);
    console.error(told === undefined ? reason : errorText(told));
  }
  if (first !== undefined) throw first;
}

type Act = (words: Words) => Promise<ExitCode | undefined>;

const verbs: Readonly<Record<Words['verb'], Act>> = {
  async up({ clusters, knative }) {
    const began = performance.now();
    await check(clusters.map((name) => ({ place: placeOf(name), knative: knative[name] })));
    const before = await Promise.all(clusters.map((name) => running(placeOf(name))));
    const programs = await buildAll(
      clusters.map((name) => knative[name]),
      say,
    );
    await forEach(clusters, (place) => up(place, { knative: knative[place.name as 'blue'], progress: say }));
    if (before.some((cluster) => cluster?.knative === undefined))
      say(`up in ${Math.round((performance.now() - began) / 1000)} s, with Kubernetes ${kubernetesVersion}`);
    const all = await Promise.all(colours.map((name) => running(placeOf(name))));
    const names = all.flatMap((cluster) => cluster?.place.name ?? []);
    say(`  export KUBECONFIG=${sharedKubeconfig()}   # contexts: ${names.join(', ')}`);
    say(`  kubectl: ${programs(kubectl)}`);
    if (names.length === colours.length)
      say(
        `  rehearse: npx zeroshift rehearse --fleet test/cluster/rehearsed.config.ts --contexts ${names.join(',')} --kubeconfig ${sharedKubeconfig()}`,
      );
    return undefined;
  },
  async down({ clusters }) {
    await forEach(clusters, async (place) => {
      say((await down(place, say)) ? `${place.name} is down` : `${place.name}: nothing was up`);
    });
    return undefined;
  },
  async status({ clusters, json }) {
    const found = await Promise.all(clusters.map((name) => status(placeOf(name))));
    if (json) say(JSON.stringify(found, null, 2));
    else for (const line of found.flatMap(statusLines)) say(line);
    return found.some(({ state }) => state === 'broken') ? exitCodes.error : undefined;
  },
  async kubectl() {
    refuseMissing(missingGo(await goVersion()));
    await usableCache();
    const programs = await buildPrograms([kubectl], (line) => console.error(line));
    say(programs(kubectl));
    return undefined;
  },
  async help() {
    for (const line of usage) say(line);
    return undefined;
  },
};
