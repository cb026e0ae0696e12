/**
 * A signal that the first Ctrl-C (or SIGTERM) gives, or another signal that is as good as one; the second Ctrl-C ends the
 * process as usual.
 */
export function interruption(other?: AbortSignal): { readonly signal: AbortSignal; done(): void } {
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort();
    done();
  };
  function done(): void {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    other?.removeEventListener('abort', stop);
  }
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  other?.addEventListener('abort', stop);
  if (other?.aborted) stop();
  return { signal: controller.signal, done };
}
