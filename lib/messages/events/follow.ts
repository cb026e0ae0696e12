import { objectText } from '../drift-texts.ts';
import { event } from './definition.ts';

export interface Place {
  readonly region: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** What needs a person. */
export interface OpenData extends Place {
  readonly is: 'conflict' | 'refusal' | 'failure' | 'unread';
  readonly code: string;
  readonly why: string;
  readonly action: string;
}

/** How far one region is. Lags in seconds. */
export interface RegionLag {
  readonly region: string;
  readonly lagSeconds: number;
  readonly level: boolean;
  readonly working: number;
  readonly pending: number;
  readonly written: number;
  readonly open: number;
  readonly left: number;
}

const nameOf = (place: Place): string => (place.name === '' ? place.kind : objectText(place));
const isWords = {
  conflict: 'is in conflict',
  refusal: 'is refused',
  failure: 'is not taken',
  unread: 'cannot be read',
};
const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

/** One line: how far all regions are. */
export function lagText({
  lagSeconds,
  regions,
}: {
  lagSeconds: number;
  regions: readonly RegionLag[];
}): string {
  const sum = (what: 'pending' | 'working' | 'written' | 'open' | 'left'): number =>
    regions.reduce((total, region) => total + region[what], 0);
  const waiting = sum('pending') + sum('working');
  return [
    regions.every(({ level }) => level) ? 'level' : `lag ${lagSeconds} s`,
    ...(waiting === 0 ? [] : [`${count(waiting, 'namespace')} to do`]),
    `${count(sum('written'), 'object')} written`,
    ...(sum('open') === 0 ? [] : [`${sum('open')} open`]),
    ...(sum('left') === 0 ? [] : [`${sum('left')} only there`]),
  ].join(', ');
}

/** What is said while one colour follows the other. */
export const followEvents = {
  'follow.started': event<{ region: string; from: string; to: string }>(
    'a colour begins to follow the other in a region',
    ({ region, from, to }) => `${to} follows ${from} in ${region}`,
  ),
  'follow.applied': event<{
    region: string;
    objects: number;
    first: readonly string[];
    /** How long before the oldest of these changes was seen. */
    lagSeconds: number;
  }>('changes came over', ({ region, objects, first, lagSeconds }) => {
    const more = objects > first.length ? ` and ${objects - first.length} more` : '';
    return `${count(objects, 'object')} written in ${region}, ${lagSeconds} s after the change: ${first.join(', ')}${more}`;
  }),
  'follow.level': event<{
    region: string;
    from: string;
    to: string;
    /** How long it was behind. */
    tookSeconds: number;
    open: number;
    left: number;
  }>(
    'the lag is zero: the colour has everything that the other one has, but for what is open',
    ({ region, from, to, tookSeconds, open }) =>
      `${to} has everything that ${from} has in ${region}, after ${tookSeconds} s${open === 0 ? '' : `, but for ${count(open, 'object')} that cannot come over`}`,
    'good',
  ),
  'follow.open': event<OpenData>(
    'an object cannot come over before somebody does something. Said once for each reason',
    ({ is, why, action, ...place }) => `${nameOf(place)} ${isWords[is]}: ${why}\n  to do: ${action}`,
    'warn',
  ),
  'follow.settled': event<OpenData>(
    'an object that could not come over can, or need not any more',
    (data) => `${nameOf(data)} is settled`,
    'good',
  ),
  'follow.left': event<Place & { readonly from: string; readonly to: string }>(
    'an object was deleted on the colour that is followed. On the other one it stays',
    ({ from, to, ...place }) => `${objectText(place)} was deleted on ${from}; on ${to} it stays`,
    'warn',
  ),
  'follow.unwatched': event<{ region: string; colour: string; kind: string; why: string }>(
    'changes of a kind are not told; they are found only when everything is looked at, every ten minutes',
    ({ colour, kind, why }) =>
      `${kind} cannot be watched on ${colour}, and is looked at every ten minutes: ${why}`,
    'warn',
  ),
  'follow.trouble': event<{ region: string; with: string; why: string }>(
    'a cluster does not answer, or a change cannot be carried out now. It is tried again',
    ({ region, with: who, why }) => `${who} in ${region}: ${why}; it is tried again`,
    'warn',
  ),
  'follow.recovered': event<{ region: string; with: string }>(
    'what was in trouble goes on',
    ({ region, with: who }) => `${who} in ${region}: it goes on`,
    'good',
  ),
  'follow.lag': event<{ lagSeconds: number; regions: readonly RegionLag[] }>(
    'how far the regions are: once a second while one is behind, and at each change',
    lagText,
    'info',
    true,
  ),
  'follow.ended': event<{
    region: string;
    from: string;
    to: string;
    /** `target-live`: the colour that followed has all of the traffic. */
    because: 'stopped' | 'target-live';
    /** Whether it has everything, but for what is open. */
    complete: boolean;
    lagSeconds: number;
    /** The first of what it may lack. */
    missing: readonly string[];
    open: number;
    left: number;
    written: number;
    seconds: number;
  }>(
    'the following of a region ended',
    ({ region, from, to, because, complete, lagSeconds, missing, open, left, written, seconds }) =>
      [
        `${to} does not follow ${from} in ${region} any more${because === 'target-live' ? `, because it has the traffic` : ''}: ${count(written, 'object')} written in ${seconds} s`,
        complete
          ? `  it has everything${open === 0 ? '' : `, but for ${count(open, 'object')} that cannot come over`}`
          : `  it may lack what changed in the last ${lagSeconds} s${missing.length === 0 ? '' : `: ${missing.join(', ')}`}`,
        ...(left === 0
          ? []
          : [
              `  ${left === 1 ? 'one object was' : `${left} objects were`} deleted on ${from} and ${left === 1 ? 'is' : 'are'} still there`,
            ]),
      ].join('\n'),
  ),
} as const;
