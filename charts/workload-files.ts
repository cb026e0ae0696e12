import type { KubeObject } from '../lib/clusters/cluster-port.ts';
import {
  groupOf,
  isDomainMapping,
  isKnativeService,
  isNamespace,
  isPlainService,
  isWorkload,
} from '../lib/fleet/kube-objects.ts';
import { manifestFile, plainName } from './file-names.ts';

/** Names of files begin with these: the order of names is the order of application. */
export const stages = {
  /** Namespaces and definitions. */
  places: 0,
  /** What others refer to: accounts, roles, settings, claims, and everything that is not named here. */
  settings: 1,
  /** Plain Services and what binds them to the entrance: pods get their readiness gates when they are made. */
  ways: 2,
  workloads: 3,
  services: 4,
  hosts: 5,
} as const;

function stageOf(object: KubeObject): number {
  if (isNamespace(object) || object.kind === 'CustomResourceDefinition') return stages.places;
  if (isPlainService(object)) return stages.ways;
  if (isWorkload(object)) return stages.workloads;
  if (isKnativeService(object)) return stages.services;
  return isDomainMapping(object) ? stages.hosts : stages.settings;
}

function stemOf(object: KubeObject): string {
  const { namespace, name } = object.metadata;
  const stage = stageOf(object);
  const place = namespace === undefined ? '' : `${plainName(namespace)}.`;
  if (stage === stages.services) return `${stage}-${place}${plainName(name)}`;
  if (stage === stages.hosts) return `${stage}-${plainName(name)}`;
  return `${stage}-${place}${plainName(object.kind.toLowerCase())}.${plainName(name)}`;
}

const orderOf = (object: KubeObject): string =>
  [stemOf(object), groupOf(object), object.metadata.name].join(' ');

/** A file for each object, its name the same whatever order the objects come in, and no two alike to any file system. */
export function filesOf(objects: readonly KubeObject[]): Map<string, KubeObject> {
  const counts = new Map<string, number>();
  const files = new Map<string, KubeObject>();
  for (const object of [...objects].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))) {
    const stem = stemOf(object);
    const count = (counts.get(stem) ?? 0) + 1;
    counts.set(stem, count);
    files.set(manifestFile(stem, count), object);
  }
  return files;
}
