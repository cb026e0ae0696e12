import type { ExportOrigin, NamedSecret } from './exported-file.ts';

/** What an inventory says in its comments: where it was taken, and which Secrets are needed, by their names. */

export function originIn(text: string): ExportOrigin | undefined {
  const [, colour, region, cluster] = /^# what (\S+) in (\S+) holds \(cluster (.+)\)$/m.exec(text) ?? [];
  return colour === undefined || region === undefined || cluster === undefined
    ? undefined
    : { colour, region, cluster };
}

const secretLine = /^# (moves|stays: [a-z-]+); Secret ([^/\s;]+)\/([^\s;]+)(.*)$/gm;

/** The Secrets that the lines of comments name, sorted, each once. */
export function namedSecrets(text: string): NamedSecret[] {
  const found = new Map<string, NamedSecret>();
  for (const [, fate, namespace = '', name = '', rest = ''] of text.matchAll(secretLine)) {
    const keys = /; keys ([^;]+)/.exec(rest)?.[1]?.split(', ') ?? [];
    found.set(`${namespace}/${name}`, { namespace, name, keys: [...keys].sort(), moves: fate === 'moves' });
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, secret]) => secret);
}
