import { describe, expect, it } from 'vitest';
import {
  keptRevisions,
  type Retained,
  retentionFrom,
} from '../../../../lib/migration/inventory/retention.ts';
import { retainedFrom, usesIn } from '../../../../lib/migration/inventory/revision-uses.ts';

const hour = 3_600_000;
const now = 1000 * hour;
/** Idle for so many hours; the number is its name. */
const idle = (hours: number, active = false): Retained => ({
  name: String(hours),
  created: now - hours * hour,
  lastActive: now - hours * hour,
  active,
});
const many = (count: number, from = 1): Retained[] => Array.from({ length: count }, (_, i) => idle(from + i));
const kept = (revisions: readonly Retained[], data: Record<string, string>): string[] =>
  [...keptRevisions(revisions, retentionFrom(data), now)].sort((a, b) => Number(a) - Number(b));
const names = (revisions: readonly Retained[]): string[] => revisions.map(({ name }) => name);

describe("what Knative's collector leaves", () => {
  it('by default: 20 without traffic whatever their age, and the young ones', () => {
    expect(kept(many(20, 500), {})).toHaveLength(20);
    // The oldest of those that are stale go, until the least number is left.
    expect(kept(many(25, 500), {})).toEqual(names(many(20, 500)));
    expect(kept(many(30, 1), {})).toHaveLength(30);
  });

  it('never the active ones, which do not count among the least either', () => {
    const active = many(3, 900).map((one) => ({ ...one, active: true }));
    expect(kept([...active, ...many(22, 500)], {})).toEqual([...names(many(20, 500)), ...names(active)]);
  });

  it('both ages must be over', () => {
    const recent = { ...idle(900), lastActive: now - hour };
    const data = { 'min-non-active-revisions': '0' };
    expect(kept([recent, idle(901)], data)).toEqual(['900']);
    expect(kept([recent, idle(901)], { ...data, 'retain-since-last-active-time': 'disabled' })).toEqual([]);
  });

  it('a limit that is reached, the longest idle first', () => {
    const data = {
      'retain-since-create-time': 'disabled',
      'retain-since-last-active-time': 'disabled',
      'min-non-active-revisions': '1',
      'max-non-active-revisions': '3',
    };
    expect(kept(many(5), data)).toEqual(['1', '2', '3']);
    expect(kept(many(5), { ...data, 'max-non-active-revisions': 'disabled' })).toHaveLength(5);
  });
});

it('reads from a revision what keeps it', () => {
  const revision = (state: string | undefined, annotations: Record<string, string> = {}) => ({
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Revision',
    metadata: {
      name: 'cart-00001',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: state === undefined ? {} : { 'serving.knative.dev/routingState': state },
      annotations,
    },
  });
  const at = Date.parse('2026-01-02T00:00:00Z');
  const lost = { 'serving.knative.dev/routingStateModified': '2026-01-02T00:00:00Z' };
  expect(retainedFrom(revision('reserve', lost), false)).toMatchObject({ active: false, lastActive: at });
  expect(retainedFrom(revision('reserve'), false)).toMatchObject({ lastActive: at - 24 * hour });
  expect(retainedFrom(revision('reserve'), true).active).toBe(true);
  expect(retainedFrom(revision('active'), false).active).toBe(true);
  // Not yet labelled: not eligible.
  expect(retainedFrom(revision(undefined), false).active).toBe(true);
  expect(retainedFrom(revision('reserve', { 'serving.knative.dev/no-gc': 'True' }), false).active).toBe(true);
});

it('knows what the traffic of a service uses revisions for', () => {
  const uses = usesIn({
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name: 'cart' },
    spec: {
      traffic: [
        { revisionName: 'cart-00003', percent: 90 },
        { revisionName: 'cart-00005', percent: 0, tag: 'next' },
        { latestRevision: true, percent: 10 },
      ],
    },
    status: {
      latestReadyRevisionName: 'cart-00009',
      latestCreatedRevisionName: 'cart-00010',
      traffic: [{ revisionName: 'cart-00009', percent: 10, latestRevision: true }],
    },
  });
  expect(Object.fromEntries([...uses].map(([name, set]) => [name, [...set].sort()]))).toEqual({
    'cart-00003': ['pinned', 'routed'],
    'cart-00005': ['pinned', 'tagged'],
    'cart-00009': ['latest', 'routed'],
    'cart-00010': ['latest'],
  });
});
