const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Milliseconds within which a second signal is the first one's echo: npm and shells send on what the terminal has sent already. */
const echo = 500;

export interface Interruption {
  readonly signal: AbortSignal;
  /** From now on signals do what they usually do. */
  done(): void;
}

/**
 * A signal that the first Ctrl-C gives (or SIGTERM, or SIGHUP), or another signal that is as good as one. The next Ctrl-C ends
 * the process as usual.
 * @param again told just before that, for a last word
 */
export function interruption(other?: AbortSignal, again: () => void = () => {}): Interruption {
  const controller = new AbortController();
  let first = 0;
  const heard = (name: NodeJS.Signals): void => {
    if (first > 0 && Date.now() - first < echo) return;
    if (first > 0) {
      done();
      again();
      process.kill(process.pid, name);
      return;
    }
    first = Date.now();
    controller.abort();
  };
  const stop = (): void => controller.abort();
  function done(): void {
    for (const name of signals) process.off(name, heard);
    other?.removeEventListener('abort', stop);
  }
  for (const name of signals) process.on(name, heard);
  other?.addEventListener('abort', stop);
  if (other?.aborted) stop();
  return { signal: controller.signal, done };
}
