import type { ObjectDifference } from '../../constructs/knative/index.ts';

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/** A difference as a person reads it, on one line. */
export function differenceText({ object, path, ours, upstream, files }: ObjectDifference): string {
  const where = files.length === 0 ? object : `${object} (${files.join(', ')})`;
  if (path !== '') return `${where}: ${path}: ours ${shown(ours)}, upstream's ${shown(upstream)}`;
  return ours === undefined
    ? `${where}: upstream has it, the constructs do not`
    : `${where}: the constructs have it, upstream does not`;
}

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
