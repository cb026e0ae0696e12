import { describe, expect, it } from 'vitest';
import { createConnectionPool } from '../../../../lib/rehearsal/load/connection-pool.ts';

function poolAt(options: Partial<Parameters<typeof createConnectionPool>[0]> = {}) {
  const clock = { now: 0 };
  const pool = createConnectionPool(
    {
      keepAliveConnections: 3,
      requestsPerConnection: 10,
      connectionAgeMs: 2000,
      idleMs: 1000,
      seed: 1,
      ...options,
    },
    () => clock.now,
  );
  return { clock, pool };
}

describe('connection pool', () => {
  it('spreads requests over its connections and never gives one that is busy', () => {
    const { pool } = poolAt();
    const given = [pool.take(), pool.take(), pool.take()];
    expect(new Set(given).size).toBe(3);
    // All are busy: one more is opened rather than waited for.
    expect(given).not.toContain(pool.take());
    for (const connection of given) connection.release(true);
    expect([pool.take(), pool.take(), pool.take()]).toEqual(given);
  });

  it('retires a connection after half to all of its requests', () => {
    const { pool } = poolAt({ keepAliveConnections: 1 });
    for (let round = 0; round < 20; round++) {
      const first = pool.take();
      let served = 0;
      for (let next = first; next === first; next = pool.take()) {
        served++;
        next.release(true);
      }
      expect(served).toBeGreaterThanOrEqual(5);
      expect(served).toBeLessThanOrEqual(10);
      pool.close();
    }
  });

  it('retires by age and when unused, and what the server closed', () => {
    const { clock, pool } = poolAt({ keepAliveConnections: 1, requestsPerConnection: 1e6 });
    const old = pool.take();
    for (clock.now = 0; clock.now < 2000; clock.now += 500) old.release(true);
    expect(pool.take()).not.toBe(old);
    pool.close();
    const unused = pool.take();
    unused.release(true);
    clock.now += 999;
    expect(pool.take()).toBe(unused);
    unused.release(true);
    clock.now += 1000;
    expect(pool.take()).not.toBe(unused);
    pool.close();
    const closed = pool.take();
    closed.release(true);
    closed.closed();
    expect(pool.take()).not.toBe(closed);
  });

  it('does not use a connection again that is not reusable', () => {
    const { pool } = poolAt({ keepAliveConnections: 1 });
    const connection = pool.take();
    connection.release(false);
    expect(pool.take()).not.toBe(connection);
  });
});
