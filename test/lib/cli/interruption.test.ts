import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Interruption, interruption } from '../../../lib/cli/interruption.ts';

let kill: ReturnType<typeof vi.spyOn>;
const open: Interruption[] = [];
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  kill = vi.spyOn(process, 'kill').mockReturnValue(true);
});
afterEach(() => {
  for (const one of open.splice(0)) one.done();
  vi.useRealTimers();
});

const start = (...given: Parameters<typeof interruption>): Interruption => {
  const made = interruption(...given);
  open.push(made);
  return made;
};

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('is given by the first %s', (name) => {
  const { signal } = start();
  process.emit(name, name);
  expect(signal.aborted).toBe(true);
  expect(kill).not.toHaveBeenCalled();
});

it('has a last word at the second one, which then does what it does', () => {
  const again = vi.fn();
  start(undefined, again);
  process.emit('SIGINT', 'SIGINT');
  // npm sends it on to whom the terminal has sent it already.
  vi.advanceTimersByTime(50);
  process.emit('SIGINT', 'SIGINT');
  expect(again).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1000);
  process.emit('SIGTERM', 'SIGTERM');
  expect(again).toHaveBeenCalledOnce();
  expect(kill).toHaveBeenCalledWith(process.pid, 'SIGTERM');
  expect(process.listenerCount('SIGTERM')).toBe(0);
});

it('takes a reader that has gone for no signal of a person', () => {
  const gone = new AbortController();
  const { signal } = start(gone.signal);
  gone.abort();
  expect(signal.aborted).toBe(true);
  process.emit('SIGINT', 'SIGINT');
  expect(kill).not.toHaveBeenCalled();
});
