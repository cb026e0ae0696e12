import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import { ZeroshiftError } from '../../../lib/messages/error.ts';
import { comparable } from './comparable.ts';
import { type Difference, differencesBetween } from './differences.ts';
import { objectName } from './object-name.ts';

/** An object that upstream released, and the file that it stands in. */
export interface Released {
  readonly file: string;
  readonly object: KubeObject;
}

/** A difference of one object. With an empty path one side does not have the object at all. */
export interface ObjectDifference extends Difference {
  readonly object: string;
  /** The released files that show it. */
  readonly files: readonly string[];
}

export interface Comparison {
  /** Names of the objects that are equal. */
  readonly equal: readonly string[];
  readonly differences: readonly ObjectDifference[];
}

const label = ({ metadata }: KubeObject, name: string): string | undefined =>
  metadata.labels?.[`app.kubernetes.io/${name}`];

/**
 * The version that most of Serving's objects carry in their label; Kourier has releases of its own.
 * @throws ZeroshiftError `upstream.not-a-release`
 */
export function recogniseRelease(released: readonly Released[]): string {
  const counts = new Map<string, number>();
  for (const { object } of released) {
    const version = label(object, 'version');
    if (label(object, 'name') !== 'knative-serving' || label(object, 'component') === 'net-kourier') continue;
    if (version !== undefined) counts.set(version, (counts.get(version) ?? 0) + 1);
  }
  const [first] = [...counts].sort(([, one], [, other]) => other - one);
  if (first !== undefined) return first[0];
  throw new ZeroshiftError('this is no release of Knative Serving', {
    code: 'upstream.not-a-release',
    source: 'user',
    problems: [
      {
        where: 'app.kubernetes.io/version',
        allowed: 'the label with which each object of a release names its version',
      },
    ],
    action: "name the folder with the release's YAML files as upstream publishes them",
  });
}

/** Files in which upstream gives the CRDs, so that each of them should have all. */
const filesOfCrds = (released: readonly Released[]): string[] => {
  const crds = released.filter(({ object }) => object.kind === 'CustomResourceDefinition');
  const files = crds.map(({ file }) => file);
  return [...new Set(files)].filter((file) => files.indexOf(file) !== files.lastIndexOf(file));
};

/** What is shown by several files, once. */
function merged(found: readonly ObjectDifference[]): ObjectDifference[] {
  const byText = new Map<string, ObjectDifference>();
  for (const one of found) {
    const text = JSON.stringify([one.object, one.path, one.ours ?? null, one.upstream ?? null]);
    const before = byText.get(text);
    byText.set(
      text,
      before === undefined ? one : { ...one, files: [...new Set([...before.files, ...one.files])] },
    );
  }
  return [...byText.values()];
}

/** Compares composed objects with all that was released, each copy of an object for itself. */
export function compareReleased(composed: readonly KubeObject[], released: readonly Released[]): Comparison {
  const ours = new Map(composed.map((object) => [objectName(object), object]));
  const theirs = new Map<string, string[]>();
  const found: ObjectDifference[] = [];
  for (const { file, object } of released) {
    const name = objectName(object);
    theirs.set(name, [...(theirs.get(name) ?? []), file]);
    const own = ours.get(name);
    const differences =
      own === undefined
        ? [{ path: '', ours: undefined, upstream: object.kind }]
        : differencesBetween(comparable(own), comparable(object));
    found.push(...differences.map((one) => ({ object: name, ...one, files: [file] })));
  }
  const crdFiles = filesOfCrds(released);
  for (const [name, { kind }] of ours) {
    const has = theirs.get(name);
    const lacking =
      kind === 'CustomResourceDefinition' ? crdFiles.filter((file) => !has?.includes(file)) : [];
    if (has === undefined || lacking.length > 0)
      found.push({ object: name, path: '', ours: kind, upstream: undefined, files: lacking });
  }
  const differences = merged(found);
  const unequal = new Set(differences.map(({ object }) => object));
  return { equal: [...ours.keys()].filter((name) => !unequal.has(name)), differences };
}
