import { type Finding, finding, nowhere, under } from './finding.ts';
import { beyond, fields, notTaken } from './masks.ts';
import type { Volume, VolumeMount } from './objects.ts';
import type { ValidationContext } from './serving-config.ts';

const reservedPaths = ['/', '/dev', '/dev/log'];

/** A path as Go's `path.Clean` leaves it. */
export function cleanPath(path: string): string {
  const rooted = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!rooted) parts.push('..');
  }
  const clean = parts.join('/');
  return rooted ? `/${clean}` : clean || '.';
}

function checkPath(path: string, seen: ReadonlySet<string>): Finding[] {
  const refuse = (allowed: string): Finding[] => [
    finding('mountPath', 'mount.path', path || undefined, allowed),
  ];
  if (path === '') return refuse('an absolute path');
  if (reservedPaths.includes(cleanPath(path))) return refuse(`any path but ${reservedPaths.join(', ')}`);
  if (!path.startsWith('/')) return refuse('an absolute path');
  return seen.has(cleanPath(path)) ? refuse('each path once') : [];
}

/** Kinds of volumes that a container may write to. */
const isWritable = (volume: Volume | undefined): boolean =>
  volume?.emptyDir !== undefined ||
  volume?.persistentVolumeClaim !== undefined ||
  volume?.ephemeral !== undefined;

function checkPropagation({ name, mountPropagation }: VolumeMount, context: ValidationContext): Finding[] {
  const flag = 'kubernetes.podspec-volumes-mount-propagation';
  const state = context.feature(flag);
  if (mountPropagation === undefined) return [];
  const found: Finding[] = [];
  if (state === 'disabled') found.push(notTaken('mountPropagation', mountPropagation, flag));
  if (state !== 'enabled')
    found.push(nowhere('feature.off', name, `no mount propagation while the feature ${flag} is not enabled`));
  if (!['None', 'HostToContainer'].includes(mountPropagation))
    found.push(finding('mountPropagation', 'mount.propagation', mountPropagation, 'None or HostToContainer'));
  return found;
}

/** What is wrong with a container's mounts. */
export function checkMounts(
  mounts: readonly VolumeMount[],
  volumes: ReadonlyMap<string, Volume>,
  context: ValidationContext,
): Finding[] {
  const paths = new Set<string>();
  return mounts.flatMap((mount, index) => {
    const { name = '', mountPath = '', readOnly = false } = mount;
    const volume = volumes.get(name);
    const found = beyond(mount, [...fields.mount, 'mountPropagation']);
    if (volume === undefined) {
      const known = [...volumes.keys()].join(', ') || 'there is none';
      found.push(finding('name', 'volume.unknown', name || undefined, `a volume of the service: ${known}`));
    }
    found.push(...checkPath(mountPath, paths));
    paths.add(cleanPath(mountPath));
    if (!readOnly && !isWritable(volume))
      found.push(
        finding('readOnly', 'mount.read-only', readOnly, 'true: this kind of volume cannot be written'),
      );
    found.push(...checkPropagation(mount, context));
    if (!readOnly && volume?.persistentVolumeClaim?.readOnly === true)
      found.push(finding('readOnly', 'mount.read-only', readOnly, 'true: the volume is read-only'));
    return under(`[${index}]`, found);
  });
}
