import { describe, expect, it } from 'vitest';
import { serviceProblems, TrafficSplit, trafficTargets } from '../../../constructs/service/index.ts';
import { ZeroshiftError } from '../../../lib/messages/error.ts';

describe('TrafficSplit', () => {
  it('makes splits that add up, from the one number that matters', () => {
    expect(trafficTargets(TrafficSplit.latest())).toEqual([{ latestRevision: true, percent: 100 }]);
    expect(trafficTargets(TrafficSplit.pinned('cart-v1'))).toEqual([
      { revisionName: 'cart-v1', latestRevision: false, percent: 100 },
    ]);
    expect(
      trafficTargets(
        TrafficSplit.canary({ stable: 'cart-v1', candidate: 'cart-v2', percent: 10, tag: 'next' }),
      ),
    ).toEqual([
      { revisionName: 'cart-v1', latestRevision: false, percent: 90 },
      { revisionName: 'cart-v2', latestRevision: false, percent: 10, tag: 'next' },
    ]);
    const service = { name: 'cart', image: 'busybox' };
    for (const percent of [0, 1, 99, 100])
      expect(
        serviceProblems({
          ...service,
          traffic: TrafficSplit.canary({ stable: 'cart-v1', percent, tag: 'a' }),
        }),
      ).toEqual([]);
  });

  it('refuses a canary that is none', () => {
    for (const [props, where] of [
      [{ stable: 'a-1', percent: 101 }, 'percent'],
      [{ stable: 'a-1', percent: 0.5 }, 'percent'],
      [{ stable: 'a-1', candidate: 'a-1', percent: 10 }, 'candidate'],
    ] as const) {
      const error = (() => {
        try {
          return TrafficSplit.canary(props);
        } catch (thrown) {
          return thrown;
        }
      })();
      expect(error).toBeInstanceOf(ZeroshiftError);
      expect((error as ZeroshiftError).problems.map((problem) => problem.where)).toEqual([where]);
    }
  });

  it('answers what cannot be together in a split', () => {
    const lines = (traffic: unknown) =>
      serviceProblems({ name: 'cart', image: 'busybox', traffic } as never).map(
        ({ where, allowed }) => `${where}: ${allowed}`,
      );
    expect(lines([{ revision: 'cart-1', latest: true, percent: 100 }])).toEqual([
      'traffic[0].revision: either a revision name or the latest revision, not both',
    ]);
    expect(
      lines([
        { revision: 'cart-1', percent: 40, tag: 'a' },
        { latest: true, percent: 60, tag: 'a' },
      ]),
    ).toEqual(['traffic[1].tag: each tag once']);
  });
});
