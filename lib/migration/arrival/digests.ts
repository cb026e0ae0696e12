import { type Fields, fieldsOf } from '../../validation/fields.ts';
import { listOf, textOf } from '../inventory/names.ts';

/** Where a spec lists containers, and where a revision's status says what their images were resolved to. */
const lists = [
  ['containers', 'containerStatuses'],
  ['initContainers', 'initContainerStatuses'],
] as const;

/** `sha256:…` of an image that is written with its digest. */
export const digestIn = (image: string): string | undefined => /@(.+)$/.exec(image)?.[1];

/** Without tag and digest. */
const repositoryOf = (image: string): string => image.replace(/@.*$/, '').replace(/:[^:/]*$/, '');

/** What is the same before and after resolution: registries get longer names. */
const lastPart = (image: string): string | undefined => repositoryOf(image).split('/').at(-1);

/** Container → image, of both lists: names are unique among them. */
function imagesIn(spec: Fields): ReadonlyMap<string, string> {
  return new Map(
    lists.flatMap(([list]) =>
      listOf(spec[list]).map(({ name, image }) => [String(name), String(image ?? '')] as const),
    ),
  );
}

/** Container → its image with the digest that it was resolved to. */
function resolvedIn(status: unknown): ReadonlyMap<string, string> {
  return new Map(
    lists.flatMap(([, key]) =>
      listOf(fieldsOf(status)[key]).flatMap(({ name, imageDigest }) => {
        const image = textOf(imageDigest);
        return image === undefined || digestIn(image) === undefined ? [] : [[String(name), image] as const];
      }),
    ),
  );
}

/** A spec with other images. */
function withImages(spec: Fields, change: (image: string, container: string) => string): Fields {
  const changed = lists.flatMap(([list]) => {
    const containers = spec[list];
    if (!Array.isArray(containers)) return [];
    const next = listOf(containers).map((container) => ({
      ...container,
      image: change(String(container.image ?? ''), String(container.name)),
    }));
    return [[list, next] as const];
  });
  return { ...spec, ...Object.fromEntries(changed) };
}

export interface Pinned {
  readonly spec: Fields;
  /** Containers whose images have no digest that is known. */
  readonly unresolved: readonly string[];
}

/**
 * A revision's spec with each image by the digest that it was resolved to. What is written with its digest stays as it
 * is written.
 * @param rewrite gives a spec as it is to be on the target. @default - as it is
 */
export function pinned(spec: Fields, status: unknown, rewrite?: (spec: Fields) => Fields): Pinned {
  const digests = resolvedIn(status);
  const unresolved: string[] = [];
  const full = withImages(spec, (image, container) => {
    const found = digests.get(container);
    if (digestIn(image) !== undefined) return image;
    if (found === undefined) unresolved.push(container);
    return found ?? image;
  });
  if (rewrite === undefined) return { spec: full, unresolved };
  // A rule may mean the name as it is written, or as it was resolved: `cart:1` became docker.io's.
  const [before, resolved] = [imagesIn(spec), imagesIn(rewrite(full))];
  const next = withImages(rewrite(spec), (image, container) => {
    const other = resolved.get(container) ?? image;
    const digest = digestIn(other);
    if (digest === undefined || digestIn(image) !== undefined) return image;
    return image === before.get(container) ? other : `${repositoryOf(image)}@${digest}`;
  });
  return { spec: next, unresolved };
}

/** A revision's spec, and what its status says of its images. */
export interface Running {
  readonly spec: Fields;
  readonly status?: unknown;
}

/** The image of `there` that is another than the one that is wanted, as far as is known; undefined where all are the same. */
export function otherImage(wanted: Running, there: Running): string | undefined {
  const digests = resolvedIn(there.status);
  const [ours, theirs, known] = [imagesIn(wanted.spec), imagesIn(there.spec), resolvedIn(wanted.status)];
  for (const [container, image] of theirs) {
    const other = ours.get(container);
    if (other === undefined) return image;
    const [here, want] = [
      digestIn(image) ?? digestIn(digests.get(container) ?? ''),
      digestIn(other) ?? digestIn(known.get(container) ?? ''),
    ];
    // By tag on one side, and not resolved there: nothing says that it is another one.
    const isOther =
      here === undefined || want === undefined ? lastPart(image) !== lastPart(other) : here !== want;
    if (isOther) return image;
  }
  return undefined;
}

/** The spec without images: these are compared by what they were resolved to. */
export const withoutImages = (spec: Fields): Fields => withImages(spec, () => '');

/** Whether two specs name their images by the same texts. */
export function sameImages(one: Fields, other: Fields): boolean {
  const [ours, theirs] = [imagesIn(one), imagesIn(other)];
  return (
    ours.size === theirs.size && [...ours].every(([container, image]) => theirs.get(container) === image)
  );
}
