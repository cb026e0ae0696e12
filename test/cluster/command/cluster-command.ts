import { colours } from '../../../lib/fleet/index.ts';
import { type ExitCode, errorText, exitCodes, ZeroshiftError } from '../../../lib/messages/error.ts';
import { buildAll, down, sharedKubeconfig, status, up } from '../lane/index.ts';
import { type Place, placeOf } from '../machine/index.ts';
import { buildPrograms, kubectl, kubernetesVersion } from '../programs/index.ts';
import { statusLines } from './status-lines.ts';
import { usage, type Words, wordsOf } from './words.ts';

const say = (line: string): void => console.log(line);

/** Runs the command and gives what the process ends with. A person's mistake is said without a stack trace. */
export async function clusterCommand(words: readonly string[]): Promise<ExitCode> {
  try {
    const found = wordsOf(words);
    await verbs[found.verb](found);
    return exitCodes.done;
  } catch (error) {
    if (!(error instanceof ZeroshiftError)) throw error;
    console.error(errorText(error));
    return error.exitCode;
  }
}

/** Does something with each cluster at once; what went wrong with one does not stop the others. */
async function forEach(clusters: readonly string[], act: (place: Place) => Promise<unknown>): Promise<void> {
  const results = await Promise.allSettled(clusters.map((name) => act(placeOf(name))));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

const verbs: Readonly<Record<Words['verb'], (words: Words) => Promise<void>>> = {
  async up({ clusters, knative }) {
    const began = performance.now();
    const programs = await buildAll(
      clusters.map((name) => knative[name]),
      say,
    );
    await forEach(clusters, (place) => up(place, { knative: knative[place.name as 'blue'], progress: say }));
    say(`up in ${Math.round((performance.now() - began) / 1000)} s, with Kubernetes ${kubernetesVersion}`);
    say(`  export KUBECONFIG=${sharedKubeconfig()}   # contexts: ${clusters.join(', ')}`);
    say(`  kubectl: ${programs(kubectl)}`);
  },
  async down({ clusters }) {
    await forEach(clusters, async (place) => {
      await down(place, say);
      say(`${place.name} is down`);
    });
  },
  async status({ json }) {
    const found = await Promise.all(colours.map((name) => status(placeOf(name))));
    if (json) say(JSON.stringify(found, null, 2));
    else for (const line of found.flatMap(statusLines)) say(line);
  },
  async kubectl() {
    const programs = await buildPrograms([kubectl], (line) => console.error(line));
    say(programs(kubectl));
  },
  async help() {
    for (const line of usage) say(line);
  },
};
