import { createHash } from 'node:crypto';
import { comparable, objectName } from '../../constructs/knative/index.ts';
import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import { withNestedYaml } from './nested-yaml.ts';

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([field, part]) => [field, sorted(part)]));
};

/** Object → digest of what is compared of it: what a test holds of a release without having its texts. */
export const objectDigests = (objects: readonly KubeObject[]): Record<string, string> =>
  Object.fromEntries(
    objects
      .map((object): [string, string] => [
        objectName(object),
        createHash('sha256')
          .update(JSON.stringify(sorted(comparable(withNestedYaml(object)))))
          .digest('hex')
          .slice(0, 16),
      ])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
