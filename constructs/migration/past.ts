import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import type { Problem } from '../../lib/messages/error.ts';
import { groupKindOf } from '../../lib/migration/inventory/names.ts';

/** A service's traffic may name revisions that were made before: these no manifest makes. */

/**
 * What is to be done with a service whose traffic names earlier revisions:
 * - `migrated`: `zeroshift migrate` brings it with its revisions first; its manifest stays as it is
 * - `latest`: its traffic follows the latest revision there, and tags of earlier ones go
 */
export type HistoryWord = 'migrated' | 'latest';

interface Target {
  readonly revisionName?: string;
  readonly latestRevision?: boolean;
  readonly percent?: number;
  readonly tag?: string;
}

const service = 'Service.serving.knative.dev';
const route = 'Route.serving.knative.dev';

const placeOf = ({ metadata: { namespace = '', name } }: KubeObject): string => `${namespace}/${name}`;

const trafficOf = ({ spec }: KubeObject): readonly Target[] =>
  Array.isArray(spec?.traffic) ? (spec.traffic as Target[]) : [];

/** Names of revisions that the templates of objects make by themselves. */
const madeBy = (objects: readonly KubeObject[]): Set<string> =>
  new Set(
    objects.flatMap(({ metadata, spec }) => {
      const name: unknown = spec?.template?.metadata?.name;
      return typeof name === 'string' ? [`${metadata.namespace ?? ''}/${name}`] : [];
    }),
  );

/** The traffic without targets that name earlier revisions: what they got goes to the latest. */
function atLatest(targets: readonly Target[], isEarlier: (target: Target) => boolean): Target[] {
  const kept = targets.filter((target) => !isEarlier(target));
  const lost = targets.filter(isEarlier).reduce((sum, { percent = 0 }) => sum + percent, 0);
  if (lost === 0) return kept.length > 0 ? kept : [{ latestRevision: true, percent: 100 }];
  const at = kept.findIndex(({ latestRevision }) => latestRevision === true);
  return at < 0
    ? [...kept, { latestRevision: true, percent: lost }]
    : kept.map((target, index) =>
        index === at ? { ...target, percent: (target.percent ?? 0) + lost } : target,
      );
}

export interface Settled {
  readonly objects: readonly KubeObject[];
  readonly problems: readonly Problem[];
}

/** The objects with their traffic as `words` have it; a problem for each that needs a word. */
export function settlePast(
  objects: readonly KubeObject[],
  words: Readonly<Record<string, HistoryWord>>,
): Settled {
  const made = madeBy(objects);
  const problems: Problem[] = [];
  const used = new Set<string>();
  const settled = objects.map((object) => {
    const kind = groupKindOf(object);
    if (kind !== service && kind !== route) return object;
    const place = placeOf(object);
    const isEarlier = ({ revisionName }: Target): boolean =>
      revisionName !== undefined && !made.has(`${object.metadata.namespace ?? ''}/${revisionName}`);
    const traffic = trafficOf(object);
    const earlier = [...new Set(traffic.filter(isEarlier).map(({ revisionName }) => revisionName))];
    const word = Object.hasOwn(words, place) ? words[place] : undefined;
    if (word !== undefined) used.add(place);
    if (earlier.length === 0 || word === 'migrated') return object;
    if (word === 'latest' && kind === service)
      return { ...object, spec: { ...object.spec, traffic: atLatest(traffic, isEarlier) } };
    const names = earlier.join(', ');
    problems.push({
      where: `${object.kind} ${place} spec.traffic`,
      found: `it names ${names}, which its template does not make`,
      allowed:
        kind === service
          ? `revisions that templates name, or a word in history: { '${place}': 'migrated' } or { '${place}': 'latest' }`
          : `revisions that templates name, or a word in history: { '${place}': 'migrated' }`,
    });
    return object;
  });
  for (const [place, word] of Object.entries(words))
    if (!used.has(place))
      problems.push({
        where: `history['${place}']`,
        value: word,
        allowed: 'a service of the inventory, as namespace/name',
      });
  return { objects: settled, problems };
}
