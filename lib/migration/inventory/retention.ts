import { parseGoDuration } from '../../validation/go-values.ts';

/** What `config-gc` says of revisions without traffic. Milliseconds; undefined where it is disabled. */
export interface Retention {
  readonly sinceCreated: number | undefined;
  readonly sinceActive: number | undefined;
  /** Revisions without traffic that stay whatever their age. */
  readonly least: number;
  readonly most: number | undefined;
}

/** A revision as retention looks at it. Times are milliseconds since 1970. */
export interface Retained {
  readonly name: string;
  readonly created: number;
  /** When it last lost or got traffic; else when it was created. */
  readonly lastActive: number;
  /** Whether it is never collected: it is routed to, the latest ready one, or preserved. */
  readonly active: boolean;
}

function duration(text: string | undefined, fallback: number): number | undefined {
  if (text === undefined || text === '') return fallback;
  if (text.toLowerCase() === 'disabled') return undefined;
  const nanoseconds = parseGoDuration(text);
  // The webhook lets no other text in: what cannot be read collects nothing.
  return nanoseconds === undefined ? undefined : nanoseconds / 1e6;
}

const hour = 3_600_000;

/** Reads `config-gc`; a missing map or key has Knative's default. */
export function retentionFrom(data: Readonly<Record<string, string>> = {}): Retention {
  const most = data['max-non-active-revisions'];
  return {
    sinceCreated: duration(data['retain-since-create-time'], 48 * hour),
    sinceActive: duration(data['retain-since-last-active-time'], 15 * hour),
    least: Number(data['min-non-active-revisions'] ?? 20),
    most:
      most === undefined || most === '' ? 1000 : most.toLowerCase() === 'disabled' ? undefined : Number(most),
  };
}

/** The revisions of one configuration that would still be there after Knative's collector had run now. */
export function keptRevisions(
  revisions: readonly Retained[],
  { sinceCreated, sinceActive, least, most }: Retention,
  now: number,
): ReadonlySet<string> {
  const all = new Set(revisions.map(({ name }) => name));
  const off = most === undefined && sinceCreated === undefined && sinceActive === undefined;
  const idle = revisions.filter(({ active }) => !active).sort((a, b) => a.lastActive - b.lastActive);
  if (off || revisions.length <= least || idle.length <= least) return all;
  const isStale = ({ created, lastActive }: Retained): boolean => {
    if (sinceCreated === undefined && sinceActive === undefined) return false;
    const young = sinceCreated !== undefined && now - created < sinceCreated;
    const recent = sinceActive !== undefined && now - lastActive < sinceActive;
    return !young && !recent;
  };
  const gone = idle.filter(isStale).slice(0, idle.length - least);
  for (const { name } of gone) all.delete(name);
  const left = idle.filter(({ name }) => all.has(name));
  // As many as may go for their age have gone: then their number does not count any more.
  if (gone.length < idle.length - least && most !== undefined)
    for (const { name } of left.slice(0, Math.max(0, left.length - most))) all.delete(name);
  return all;
}
