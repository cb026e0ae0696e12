import {
  parts,
  type Release,
  type Released,
  recogniseRelease,
  repository,
} from '../../constructs/knative/index.ts';
import { ZeroshiftError } from '../../lib/messages/error.ts';
import { configKeys } from '../../lib/validation/index.ts';

/** Every text in a piece of data. */
export function* textsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null)
    for (const part of Object.values(value)) yield* textsOf(part);
}

const digestOf = (image: string): [repository: string, digest: string] | undefined => {
  const [, name, digest] = /^(\S+)@(sha256:[0-9a-f]{64})$/.exec(image) ?? [];
  return name === undefined || digest === undefined ? undefined : [name, digest];
};

/** Keys of the example in a config map, in the order in which they stand there. */
const exampleKeys = ({ object }: Released): string[] => {
  const data: unknown = object.data;
  if (typeof data !== 'object' || data === null || !('_example' in data)) return [];
  return [...String(data._example).matchAll(/^([a-z][\w./-]*):/gim)].flatMap(([, key]) => key ?? []);
};

const configMaps = (released: readonly Released[]): Released[] =>
  released.filter(({ object }) => object.kind === 'ConfigMap');

/**
 * What differs from release to release, read from the released objects.
 * @param kubernetes the oldest Kubernetes that it runs on, which no object says: `1.34`
 * @throws ZeroshiftError `upstream.not-a-release`, `upstream.incomplete`
 */
export function releaseFigures(released: readonly Released[], kubernetes: string): Release {
  const found = new Map<string, string>();
  for (const { object } of released)
    for (const text of textsOf(object)) {
      const image = digestOf(text);
      if (image !== undefined && !found.has(image[0])) found.set(...image);
    }
  const digests = parts.map((part) => [part, found.get(repository(part))] as const);
  const lacking = digests.flatMap(([part, digest]) => (digest === undefined ? [part] : []));
  const features = configMaps(released)
    .filter(({ object }) => object.metadata.name === 'config-features')
    .flatMap(exampleKeys);
  if (lacking.length > 0 || features.length === 0)
    throw new ZeroshiftError('the release is not complete', {
      code: 'upstream.incomplete',
      source: 'user',
      problems: [
        ...lacking.map((part) => ({
          where: repository(part),
          allowed: 'an image of the release, by digest',
        })),
        ...(features.length > 0
          ? []
          : [{ where: 'config-features', allowed: 'a config map with an example' }]),
      ],
      action: "name a folder with all of the release's files: CRDs, core, HPA, post-install jobs",
    });
  return {
    version: recogniseRelease(released),
    kubernetes,
    digests: Object.fromEntries(digests) as Release['digests'],
    features,
  };
}

/** Keys in the examples of config maps that validation does not know: `config-gc.some-key`. */
export function unknownConfigKeys(released: readonly Released[]): string[] {
  const tables: Readonly<Record<string, object>> = configKeys;
  return configMaps(released).flatMap((one) => {
    const table = tables[one.object.metadata.name];
    return table === undefined
      ? []
      : exampleKeys(one).flatMap((key) => (key in table ? [] : [`${one.object.metadata.name}.${key}`]));
  });
}
