import { parseArgs } from 'node:util';
import { type Colour, colours } from '../../../lib/fleet/index.ts';
import { type Problem, ZeroshiftError } from '../../../lib/messages/error.ts';
import { nearest } from '../../../lib/messages/nearest.ts';
import { type KnativeRelease, knativeReleases } from '../programs/index.ts';

export const usage = [
  'npm run clusters -- up [blue] [green] [--knative RELEASE]   brings up both colours, or one',
  'npm run clusters -- down [blue] [green]                     takes them down and leaves nothing',
  'npm run clusters -- status [blue] [green] [--json]          parts, memory, Knative, addresses',
  'npm run clusters -- kubectl                                 builds kubectl and prints where it is',
  `--knative is one of ${knativeReleases.join(', ')}, for both; otherwise blue has the older and green the newer`,
  'status ends with 1 when something is broken',
] as const;

/** What each verb takes beside itself. */
const verbs = {
  up: { clusters: true, options: ['knative'] },
  down: { clusters: true, options: [] },
  status: { clusters: true, options: ['json'] },
  kubectl: { clusters: false, options: [] },
  help: { clusters: false, options: [] },
} as const satisfies Readonly<Record<string, { clusters: boolean; options: readonly string[] }>>;

type Verb = keyof typeof verbs;

/** What the command was asked to do. */
export interface Words {
  readonly verb: Verb;
  readonly clusters: readonly Colour[];
  readonly knative: Readonly<Record<Colour, KnativeRelease>>;
  readonly json: boolean;
}

/** An upgrade's two sides. */
export const defaultKnative: Words['knative'] = { blue: '1.22.1', green: '1.23.0' };

const isOneOf = <T extends string>(word: unknown, words: readonly T[]): word is T =>
  words.some((one) => one === word);

/** @throws ZeroshiftError `lane.usage` */
export function wordsOf(words: readonly string[]): Words {
  const { positionals, values } = parseArgs({
    args: [...words],
    strict: false,
    options: {
      json: { type: 'boolean' },
      knative: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const { help, ...given } = values;
  const [verb = 'help', ...named] = help === undefined ? positionals : [];
  const names = Object.keys(verbs) as Verb[];
  const problems: Problem[] = [];
  const meant: (string | undefined)[] = [];
  if (isOneOf(verb, names)) {
    const { clusters, options } = verbs[verb];
    const taken: readonly string[] = options;
    for (const [name, value] of help === undefined ? Object.entries(given) : []) {
      const where = name.length === 1 ? `-${name}` : `--${name}`;
      const allowed = taken.map((one) => `--${one}`).join(', ') || `no option with ${verb}`;
      if (!taken.includes(name)) problems.push({ where, value, allowed });
      else if (name === 'knative' && !isOneOf(value, knativeReleases))
        problems.push({ where, value, allowed: knativeReleases.join(', ') });
      else if (name === 'json' && value !== true) problems.push({ where, value, allowed: 'no value' });
      if (!taken.includes(name)) meant.push(nearest(name, taken)?.replace(/^/, '--'));
      else if (name === 'knative' && typeof value === 'string' && !isOneOf(value, knativeReleases))
        meant.push(nearest(value, knativeReleases));
    }
    for (const value of named) {
      if (clusters && isOneOf(value, colours)) continue;
      problems.push({
        where: 'CLUSTER',
        value,
        allowed: clusters ? colours.join(', ') : `no word after ${verb}`,
      });
      meant.push(clusters ? nearest(value, colours) : undefined);
    }
    if (problems.length === 0) {
      const { knative, json } = given;
      return {
        verb,
        clusters: named.length === 0 ? colours : colours.filter((colour) => named.includes(colour)),
        knative: isOneOf(knative, knativeReleases) ? { blue: knative, green: knative } : defaultKnative,
        json: json === true,
      };
    }
  } else {
    problems.push({ where: 'VERB', value: verb, allowed: names.join(', ') });
    meant.push(nearest(verb, names));
  }
  const near = meant.filter((word) => word !== undefined);
  throw new ZeroshiftError('the arguments are not what the command takes', {
    code: 'lane.usage',
    source: 'user',
    problems,
    action: near.length > 0 ? `did you mean ${near.join(' and ')}?` : 'npm run clusters -- help',
  });
}
