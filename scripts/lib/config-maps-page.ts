import { readFileSync } from 'node:fs';
import { kourierConfigKeys } from '../../constructs/kourier/index.ts';
import { type ConfigKey, configKeys, configMapOf } from '../../lib/validation/index.ts';

type Table = Readonly<Record<string, ConfigKey>>;

/** What stands above a key in its table. */
export interface KeyText {
  readonly meaning: string;
  readonly rule?: string;
  readonly fallback: string;
}

/** One map of the page. */
export interface ConfigMapTable {
  readonly map: string;
  /** Where a fleet says it, below `colours.<colour>`. */
  readonly prop: string;
  readonly keys: Table;
  /** From the comments in the map's source file. */
  readonly texts: ReadonlyMap<string, KeyText>;
}

const keyPattern = /\/\*\* ((?:(?!\*\/).)+?) @default ((?:(?!\*\/).)+?) \*\/\s+(?:'([^']+)'|(\w+)): /gs;

/** The texts above the keys of a source file. */
export function keyTexts(source: string): Map<string, KeyText> {
  return new Map(
    [...source.matchAll(keyPattern)].map(([, text = '', fallback = '', quoted, bare]) => {
      const [meaning = '', rule] = text.split(' Rule: ');
      return [
        quoted ?? bare ?? '',
        { meaning, fallback, ...(rule === undefined ? {} : { rule: rule.replace(/\.$/, '') }) },
      ];
    }),
  );
}

const sourceOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Every map with its keys, in the order of the page. */
export const configMapTables = (): ConfigMapTable[] => [
  ...Object.entries(configMapOf).flatMap(([prop, map]) =>
    map === 'config-domain'
      ? []
      : [
          {
            map,
            prop: `serving.${prop}`,
            keys: configKeys[map] as Table,
            texts: keyTexts(sourceOf(`lib/validation/config-keys/${kebab(prop)}.ts`)),
          },
        ],
  ),
  {
    map: 'config-kourier',
    prop: 'ingress.config',
    keys: kourierConfigKeys,
    texts: keyTexts(sourceOf('constructs/kourier/config-keys.ts')),
  },
];

const written: Readonly<Record<string, string>> = {
  bool: 'boolean',
  int: 'whole number',
  float: 'number',
  duration: 'duration',
  quantity: 'quantity',
  text: 'text',
  list: 'list of texts',
  object: 'object',
};

function typeOf({ kind, words = [] }: ConfigKey): string {
  const quoted = words.map((word) => `\`'${word}'\``);
  const [name] = kind === 'flag' || kind === 'word' ? [] : [written[kind] ?? kind];
  return [...(name === undefined ? [] : [name]), ...quoted].join(', ');
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

const row = (key: string, entry: ConfigKey, text: KeyText | undefined): string =>
  `| \`${key}\` | ${typeOf(entry)} | ${cell(
    entry.fallback === '' ? (text?.fallback ?? '') : `\`${entry.fallback}\``,
  )} | ${cell(text?.rule ?? '')} | ${cell(text?.meaning ?? '')} |\n`;

const table = ({ map, prop, keys, texts }: ConfigMapTable): string => `## ${map}: \`${prop}\`

| key | type | default | rule | meaning |
| --- | --- | --- | --- | --- |
${Object.entries(keys)
  .map(([key, entry]) => row(key, entry, texts.get(key)))
  .join('')}${map === 'config-leader-election' ? leases : ''}`;

const leases = `| \`map-lease-prefix.<prefix>\` | text | none |  | Another prefix for the names of the leases that begin with the one in the key. |
`;

/** The page of all keys. */
export const configMapsPage = (tables: readonly ConfigMapTable[] = configMapTables()): string =>
  `# Settings of Knative and its ingress

Written by \`npm run docs:config-maps\` from the tables in the source. A colour says them in the fleet, below
\`colours.<colour>.serving\`, or \`colours.<colour>.ingress.config\`; the constructs take the same props. What is left out
has the default.

A duration is text as Go reads it (\`'90s'\`, \`'1h30m'\`), a quantity is text as Kubernetes reads it (\`'250m'\`, \`'64Mi'\`),
booleans and numbers have no quotes. Where a word may be written in any case upstream, it may here.

Refused at synthesis, with the path of the field and what to write: what Knative's parser would refuse; what it would
ignore without a word (an unknown key, another word, a value that has no effect beside the others); and what contradicts
another map or the rest of the installation, such as a longest timeout above the activator's
(\`serving.activator.terminationGracePeriod\`, 600s).

${tables.map(table).join('\n')}
## config-domain: \`serving.domain\`

The fleet's \`domain\` is the one of all services. More domains are for the services whose labels a selector names:
\`{ 'internal.example.com': { selector: { audience: 'staff' }, type: 'wildcard' } }\`. The closest match counts; two domains with
the same selector are refused, as is a second one without. \`type: 'wildcard'\` lets namespaces have one certificate for all
hosts below the domain.
`;
