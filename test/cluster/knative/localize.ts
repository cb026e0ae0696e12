import { parseAllDocuments, stringify } from 'yaml';
import type { KubeObject } from '../../../lib/clusters/index.ts';
import { withShortEnds } from './gateway-ends.ts';

/** The lane's image in place of one that a manifest names, or undefined where it does not know it. */
export type ImageFor = (image: string) => string | undefined;

/** What a container of a small machine's asks for; its limits stay. */
const requests = { cpu: '10m', memory: '30Mi' } as const;

/** Fields that name an image, beside those of a container. */
const imageFields = new Set(['image', 'queue-sidecar-image']);

/**
 * An object as the lane applies it: the lane's images, small requests, and gateways that end after seconds. Everything
 * else is as it was synthesized.
 * @throws Error for an image that the lane does not have
 */
export function localized(object: KubeObject, imageFor: ImageFor): KubeObject {
  // Its schemas have properties of those names.
  if (object.kind === 'CustomResourceDefinition') return object;
  const visit = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((part) => visit(part, ''));
    if (typeof value === 'string' && imageFields.has(key)) {
      const found = imageFor(value);
      if (found === undefined) throw new Error(`the lane has no image for ${value}`);
      return found;
    }
    if (typeof value !== 'object' || value === null) return value;
    if (key === 'requests') return requests;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, visit(part, name)]));
  };
  return visit(withShortEnds(object), '') as KubeObject;
}

/** The same for files of objects, as synthesis gives them. */
export const localizedFiles = (files: ReadonlyMap<string, string>, imageFor: ImageFor): Map<string, string> =>
  new Map(
    [...files].map(([name, text]) => {
      const objects = parseAllDocuments(text).map((document) => document.toJS() as KubeObject);
      return [name, objects.map((object) => stringify(localized(object, imageFor))).join('---\n')];
    }),
  );
