import { parseArgs } from 'node:util';
import { type Colour, colours } from '../../../lib/fleet/index.ts';
import { type Problem, ZeroshiftError } from '../../../lib/messages/error.ts';
import { type KnativeRelease, knativeReleases } from '../programs/index.ts';

export const usage = [
  'npm run clusters -- up [blue] [green] [--knative RELEASE]   brings up both colours, or one',
  'npm run clusters -- down [blue] [green]                     takes them down and leaves nothing',
  'npm run clusters -- status [--json]                         parts, memory, Knative, addresses',
  'npm run clusters -- kubectl                                 builds kubectl and prints where it is',
  `--knative is one of ${knativeReleases.join(', ')}, for both; otherwise blue has the older and green the newer`,
] as const;

const verbs = ['up', 'down', 'status', 'kubectl', 'help'] as const;

/** What the command was asked to do. */
export interface Words {
  readonly verb: (typeof verbs)[number];
  readonly clusters: readonly Colour[];
  readonly knative: Readonly<Record<Colour, KnativeRelease>>;
  readonly json: boolean;
}

/** An upgrade's two sides. */
export const defaultKnative: Words['knative'] = { blue: '1.22.1', green: '1.23.0' };

/** @throws ZeroshiftError `lane.usage` */
export function wordsOf(words: readonly string[]): Words {
  const { positionals, values } = parseArgs({
    args: [...words],
    strict: false,
    options: { json: { type: 'boolean' }, knative: { type: 'string' }, help: { type: 'boolean' } },
  });
  const { json = false, knative, help = false, ...unknown } = values;
  const [verb = 'help', ...named] = help ? [] : positionals;
  const problems: Problem[] = Object.entries(unknown).map(([name, value]) => ({
    where: `--${name}`,
    value,
    allowed: '--knative, --json',
  }));
  const found = verbs.find((one) => one === verb);
  if (found === undefined) problems.push({ where: 'VERB', value: verb, allowed: verbs.join(', ') });
  const release = knativeReleases.find((one) => one === knative);
  if (knative !== undefined && release === undefined)
    problems.push({ where: '--knative', value: knative, allowed: knativeReleases.join(', ') });
  for (const value of named.filter((name) => !colours.some((colour) => colour === name)))
    problems.push({ where: 'CLUSTER', value, allowed: colours.join(', ') });
  if (found === undefined || problems.length > 0)
    throw new ZeroshiftError('the arguments are not what the command takes', {
      code: 'lane.usage',
      source: 'user',
      problems,
      action: 'npm run clusters -- help',
    });
  return {
    verb: found,
    clusters: named.length === 0 ? colours : colours.filter((colour) => named.includes(colour)),
    knative: release === undefined ? defaultKnative : { blue: release, green: release },
    json: json === true,
  };
}
