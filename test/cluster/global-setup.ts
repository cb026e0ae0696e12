import type { TestProject } from 'vitest/node';
import { type Colour, colours } from '../../lib/fleet/index.ts';
import { defaultKnative } from './command/index.ts';
import { buildAll, type Cluster, down, running, up } from './lane/index.ts';
import { missingParts, placeOf } from './machine/index.ts';
import { goVersion } from './programs/index.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Undefined where the machine cannot run clusters: then the tests are skipped. */
    readonly clusters: Readonly<Record<Colour, Cluster>> | undefined;
  }
}

const say = (line: string): void => console.log(line);

/** Brings up the colours that are not up, and takes those down again when the tests are over. */
export default async function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  const missing = missingParts(await goVersion());
  if (missing.length > 0) {
    const text = missing.map(({ what, how }) => `  ${what}: ${how}`).join('\n');
    if (process.env.CI)
      throw new Error(`the lane is mandatory in CI, and this machine has not all of it:\n${text}`);
    say(`The tests on clusters are skipped. What is missing:\n${text}`);
    provide('clusters', undefined);
    return undefined;
  }
  await buildAll(Object.values(defaultKnative), say);
  const found = await Promise.all(colours.map((name) => running(placeOf(name))));
  const made = colours.filter((_, index) => found[index]?.knative === undefined);
  const takeDown = async () => {
    await Promise.all(made.map((name) => down(placeOf(name), say)));
  };
  try {
    const [blue, green] = await Promise.all(
      colours.map((name, index) => {
        const knative = found[index]?.knative ?? defaultKnative[name];
        return up(placeOf(name), { knative, progress: say });
      }),
    );
    if (blue === undefined || green === undefined) throw new Error('there are two colours');
    provide('clusters', { blue, green });
  } catch (error) {
    await takeDown();
    throw error;
  }
  return takeDown;
}
