import type { KubeObject } from '../../clusters/cluster-port.ts';
import { isTemporary } from '../arrival/marks.ts';
import { listOf } from '../inventory/names.ts';
import { controllerOf } from '../inventory/owners.ts';
import { type Fields, isFields } from '../plan/paths.ts';
import { hasBecomeReady } from './conditions.ts';
import { digestIn, expectedTemplate, type Rewriting, resolvedImages, templateOf } from './expected.ts';
import type { Family } from './family.ts';
import { type FieldDifference, fieldDifferences, isExtra } from './field-differences.ts';
import type { Finding } from './verdict.ts';

const generationLabel = 'serving.knative.dev/configurationGeneration';

/** Annotations of a revision by which a colour's size is held, or nothing is started: they are the colour's own. */
const ofSize = new Set([
  'autoscaling.knative.dev/min-scale',
  'autoscaling.knative.dev/minScale',
  'autoscaling.knative.dev/initial-scale',
  'autoscaling.knative.dev/initialScale',
  'zeroshift.dev/initial-scale',
]);

/** What a revision does at the target is decided by these; others are notes of controllers. */
const isSteering = (key: string): boolean =>
  /^(autoscaling|networking|features|queue\.sidecar\.serving)\.knative\.dev\//.test(key);

function isOfMatter(difference: FieldDifference): boolean {
  const [part, , key] = difference.path;
  if (part !== 'metadata' || key === undefined) return true;
  const text = String(key);
  return !ofSize.has(text) && (!isExtra(difference) || isSteering(text));
}

/** Both lists of containers, with what decides which image runs in place of how it is written. */
function withImages(template: Fields, images: ReadonlyMap<string, string>): Fields {
  const spec = isFields(template.spec) ? template.spec : {};
  const list = (name: string): Fields =>
    spec[name] === undefined
      ? {}
      : {
          [name]: listOf(spec[name]).map((container, index) => ({
            ...container,
            image: images.get(`${name} ${index}`) ?? container.image,
          })),
        };
  const { labels = {}, annotations = {} } = isFields(template.metadata) ? template.metadata : {};
  return {
    metadata: { labels, annotations },
    spec: { ...spec, ...list('containers'), ...list('initContainers') },
  };
}

/**
 * What runs in each container of both: the digests where both have one, because the same content may lie in another
 * registry; else the images as they are written. One that runs by its tag where the source's was resolved is another.
 */
function comparedImages(
  found: KubeObject,
  source: KubeObject,
  template: Fields,
): { readonly found: ReadonlyMap<string, string>; readonly wanted: ReadonlyMap<string, string> } {
  const [there, here] = [resolvedImages(found), resolvedImages(source)];
  const spec = isFields(template.spec) ? template.spec : {};
  const both = { found: new Map<string, string>(), wanted: new Map<string, string>() };
  for (const [place, image] of there) {
    const [list = '', index] = place.split(' ');
    const written = [found.spec, spec].map((one) => String(listOf(one?.[list])[Number(index)]?.image));
    const [theirs, ours] = [digestIn(image), digestIn(here.get(place) ?? '')];
    const counts = ours !== undefined && (theirs !== undefined || hasBecomeReady(found));
    both.found.set(place, (counts ? (theirs ?? image) : written[0]) ?? '');
    both.wanted.set(place, (counts ? ours : written[1]) ?? '');
  }
  return both;
}

export interface RevisionComparison {
  readonly differences: readonly FieldDifference[];
  /** As templates, for whoever asks what is behind a path. */
  readonly found: Fields;
  readonly wanted: Fields;
}

/** Where a revision is not the one of the source: own labels and annotations, spec, and what was resolved. */
export function compareRevision(
  found: KubeObject,
  source: KubeObject,
  head: KubeObject,
  rewriting: Rewriting | undefined,
): RevisionComparison | { readonly failed: string } {
  const expected = expectedTemplate(head, source, rewriting);
  if ('failed' in expected) return expected;
  const images = comparedImages(found, source, expected.template);
  const [there, here] = [
    withImages(templateOf(found), images.found),
    withImages(expected.template, images.wanted),
  ];
  const differences = fieldDifferences(there, here).filter(isOfMatter);
  return { differences, found: there, wanted: here };
}

/** Revisions on the target that a later update would stumble over. */
export function trapFindings({ configuration, revisions }: Family): Finding[] {
  if (configuration === undefined) return [];
  const { name, uid, generation = 0 } = configuration.metadata;
  return revisions.flatMap((revision): Finding[] => {
    const where = `revision ${revision.metadata.name}`;
    const owner = controllerOf(revision);
    const owned = revision.metadata.ownerReferences?.some((one) => one.uid === uid);
    if (owner?.kind !== 'Configuration.serving.knative.dev' || owned !== true)
      return [{ where, says: `not owned by the configuration ${name} of this cluster` }];
    const label = Number(revision.metadata.labels?.[generationLabel] ?? 0);
    if (label > generation)
      return [
        {
          where,
          says: `carries generation ${label} while the configuration is at ${generation}: a later update would take it for its own`,
        },
      ];
    return [];
  });
}

/** Revisions that only passed generations, and were not taken away again. */
export function leftoverFindings(
  { head }: Family,
  there: readonly KubeObject[],
  here: readonly KubeObject[],
): Finding[] {
  const begins = `${head.metadata.name}-`;
  return there
    .filter(isTemporary)
    .filter(
      ({ metadata: { name } }) =>
        name.startsWith(begins) && /^(zs-?|z)?[ab]$/.test(name.slice(begins.length)),
    )
    .filter(({ metadata }) => !here.some((one) => one.metadata.name === metadata.name))
    .map(({ metadata }) => ({
      where: `revision ${metadata.name}`,
      says: 'left over from a migration that did not come to its end',
    }));
}
