import { createHash } from 'node:crypto';

const longest = 63;
const headLength = longest - 32;

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** Name of a child: parent and suffix; where that is too long, the parent's end becomes its MD5. */
export function childName(parent: string, suffix: string): string {
  if (parent.length + suffix.length <= longest) return parent + suffix;
  const kept = headLength - suffix.length;
  if (kept > 0) return `${parent.slice(0, kept)}${md5(parent)}${suffix}`;
  const name = parent.slice(0, headLength) + md5(parent + suffix);
  return (name + suffix.slice(0, longest - name.length)).replace(/[^a-zA-Z0-9]+$/, '');
}

/** Name of the revision that a configuration creates for one of its generations. */
export const revisionName = (configuration: string, generation: number): string =>
  childName(configuration, `-${String(generation).padStart(5, '0')}`);
