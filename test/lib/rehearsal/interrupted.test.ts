import { describe, expect, it, vi } from 'vitest';
import { ZeroshiftError } from '../../../lib/messages/error.ts';
import { unlessInterrupted } from '../../../lib/rehearsal/interrupted.ts';
import { pause } from '../../../lib/rehearsal/pause.ts';

const never = new Promise<never>(() => {});
const interrupted = { code: 'rehearsal.interrupted', exitCode: 1 };

describe('pause', () => {
  it('lasts as long as it is told to, and not at all when that is over', async () => {
    const started = performance.now();
    await pause(-5, new AbortController().signal);
    expect(performance.now() - started).toBeLessThan(100);
    await pause(60, new AbortController().signal);
    expect(performance.now() - started).toBeGreaterThan(55);
  });

  it('ends at once with the signal, before or within it, and leaves no timer behind', async () => {
    vi.useFakeTimers();
    try {
      const controller = new AbortController();
      const waiting = expect(pause(60_000, controller.signal)).rejects.toMatchObject(interrupted);
      controller.abort();
      await vi.advanceTimersByTimeAsync(0);
      await waiting;
      const late = expect(pause(60_000, controller.signal)).rejects.toMatchObject(interrupted);
      await vi.advanceTimersByTimeAsync(0);
      await late;
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('unlessInterrupted', () => {
  it('is what the work is while nobody interrupts', async () => {
    const { signal } = new AbortController();
    await expect(unlessInterrupted(Promise.resolve(7), signal)).resolves.toBe(7);
    await expect(unlessInterrupted(Promise.reject(new Error('own')), signal)).rejects.toThrow('own');
  });

  it('says why it was interrupted: a part that failed, else somebody who asked', async () => {
    const failure = new ZeroshiftError('the green cluster ended', {
      code: 'rehearsal.part-failed',
      source: 'zeroshift',
    });
    await expect(unlessInterrupted(never, AbortSignal.abort(failure))).rejects.toBe(failure);
    await expect(unlessInterrupted(never, AbortSignal.abort())).rejects.toMatchObject(interrupted);
    // Whatever the work says about it.
    const own = Promise.reject(new Error('connection refused'));
    await expect(unlessInterrupted(own, AbortSignal.abort(failure), 1000)).rejects.toBe(failure);
    await expect(unlessInterrupted(Promise.resolve(1), AbortSignal.abort(failure))).rejects.toBe(failure);
  });

  it('lets the work end by itself within its grace, and waits no longer', async () => {
    const controller = new AbortController();
    let ended = false;
    const tidy = new Promise<void>((resolve) => {
      controller.signal.addEventListener('abort', () =>
        setTimeout(() => {
          ended = true;
          resolve();
        }, 30),
      );
    });
    const work = expect(unlessInterrupted(tidy, controller.signal, 5000)).rejects.toMatchObject(interrupted);
    controller.abort();
    const started = performance.now();
    await work;
    expect(ended).toBe(true);
    expect(performance.now() - started).toBeLessThan(2000);
    await expect(unlessInterrupted(never, controller.signal, 20)).rejects.toMatchObject(interrupted);
  });
});
