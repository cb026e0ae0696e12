/** A signal that the first Ctrl-C (or SIGTERM) gives; the second one ends the process as usual. */
export function interruption(): { readonly signal: AbortSignal; done(): void } {
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort();
    done();
  };
  function done(): void {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return { signal: controller.signal, done };
}
