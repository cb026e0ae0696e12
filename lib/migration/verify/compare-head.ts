import type { KubeObject } from '../../clusters/cluster-port.ts';
import { listOf, textOf } from '../inventory/names.ts';
import { portable } from '../portable.ts';
import { expectedUrl, type Rewriting } from './expected.ts';
import { type FieldDifference, fieldDifferences, isExtra } from './field-differences.ts';
import type { Finding } from './verdict.ts';

/** Marks of those who deliver, which differ by nature. */
const isDeliveryMark = (key: string): boolean =>
  /(^|\.)(argocd\.argoproj\.io|toolkit\.fluxcd\.io|helm\.sh)\/|^app\.kubernetes\.io\/(instance|managed-by)$/.test(
    key,
  );

/** A label or annotation that Knative acts on. Others are anybody's, who may have written them on the target alone. */
const isKnatives = (key: string): boolean => /(^|\.)knative\.dev\//.test(key);

/** Of labels and annotations of an object itself: of those that nobody asked for, only what Knative acts on counts. */
function isOfMatter(difference: FieldDifference): boolean {
  const key = String(difference.path[2] ?? '');
  return isDeliveryMark(key) ? false : !isExtra(difference) || isKnatives(key);
}

/** Where an object is not as it should be: own labels, own annotations, and the whole spec. */
export function objectDifferences(found: KubeObject, expected: KubeObject): FieldDifference[] {
  const { labels, annotations } = portable(found).metadata;
  const { labels: wantedLabels, annotations: wantedAnnotations } = portable(expected).metadata;
  return [
    ...[
      ...fieldDifferences(labels ?? {}, wantedLabels ?? {}, ['metadata', 'labels']),
      ...fieldDifferences(annotations ?? {}, wantedAnnotations ?? {}, ['metadata', 'annotations']),
    ].filter(isOfMatter),
    ...fieldDifferences(found.spec, expected.spec, ['spec']),
  ];
}

/** Fewer generations than on the source: a later update would take a name that is there already. */
export function generationFindings(found: KubeObject | undefined, source: KubeObject | undefined): Finding[] {
  if (source === undefined) return [];
  if (found === undefined) return [{ where: 'configuration', says: 'not there' }];
  const [there, here] = [found.metadata.generation ?? 0, source.metadata.generation ?? 0];
  return there >= here
    ? []
    : [{ where: 'configuration metadata.generation', says: `${there} instead of ${here} at least` }];
}

interface Shares {
  /** Revision → percent. */
  readonly shares: ReadonlyMap<string, number>;
  /** Tag → revision. */
  readonly tags: ReadonlyMap<string, string>;
  /** Tag, or '' for the service itself → URL. */
  readonly urls: ReadonlyMap<string, string>;
}

function sharesOf({ status }: KubeObject, nameOf: (revision: string) => string): Shares {
  const shares = new Map<string, number>();
  const tags = new Map<string, string>();
  const urls = new Map<string, string>();
  const url = textOf(status?.url);
  if (url !== undefined) urls.set('', url);
  for (const { revisionName, percent, tag, url: tagged } of listOf(status?.traffic)) {
    const revision = nameOf(String(revisionName ?? ''));
    if (Number(percent ?? 0) > 0) shares.set(revision, (shares.get(revision) ?? 0) + Number(percent));
    const named = textOf(tag);
    if (named === undefined) continue;
    tags.set(named, revision);
    const address = textOf(tagged);
    if (address !== undefined) urls.set(named, address);
  }
  return { shares, tags, urls };
}

const keysOf = (...maps: readonly ReadonlyMap<string, unknown>[]): string[] =>
  [...new Set(maps.flatMap((map) => [...map.keys()]))].sort();

export interface TrafficProps {
  readonly target: KubeObject;
  readonly source: KubeObject;
  /** What the twin of a revision of the source is called on the target. */
  readonly twinName: (revision: string) => string;
  readonly rewriting: Rewriting | undefined;
}

/** Which share and which tags lead to which revision, and the addresses of both. */
export function trafficFindings({ target, source, twinName, rewriting }: TrafficProps): Finding[] {
  const there = sharesOf(target, (name) => name);
  const here = sharesOf(source, twinName);
  const namespace = source.metadata.namespace ?? '';
  return [
    ...keysOf(here.shares, there.shares).flatMap((revision): Finding[] => {
      const [found, wanted] = [there.shares.get(revision) ?? 0, here.shares.get(revision) ?? 0];
      return found === wanted
        ? []
        : [{ where: `traffic to ${revision}`, says: `${found} % instead of ${wanted} %` }];
    }),
    ...keysOf(here.tags, there.tags).flatMap((tag): Finding[] => {
      const [found, wanted] = [there.tags.get(tag), here.tags.get(tag)];
      return found === wanted
        ? []
        : [{ where: `traffic tag ${tag}`, says: `${found ?? 'nothing'} instead of ${wanted ?? 'nothing'}` }];
    }),
    // Tags that only one side has were told above.
    ...[...here.urls].flatMap(([tag, url]): Finding[] => {
      const found = there.urls.get(tag);
      const wanted = expectedUrl(url, namespace, rewriting);
      if (found === undefined ? there.tags.has(tag) || tag === '' : found !== wanted)
        return [
          {
            where: tag === '' ? 'status.url' : `status.url of tag ${tag}`,
            says: `${found ?? 'nothing'} instead of ${wanted}`,
          },
        ];
      return [];
    }),
  ];
}
