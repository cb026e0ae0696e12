const watched = new WeakMap<NodeJS.WritableStream, AbortSignal>();

/**
 * A signal that is given when nobody reads a stream any more: the pager was left, `head` has its lines, the terminal is
 * gone. A write to it is no failure then, and nothing that is under way is worth less.
 */
export function readerGone(stream: NodeJS.WritableStream): AbortSignal {
  const known = watched.get(stream);
  if (known !== undefined) return known;
  const controller = new AbortController();
  // Stays: a write may be refused after the command has ended, and without a listener that would be a crash.
  stream.on('error', () => controller.abort());
  watched.set(stream, controller.signal);
  return controller.signal;
}
