import type { Socket } from 'node:net';

/**
 * Joins two sockets that allow half-open connections: bytes both ways at the pace of the slower side, an end passed on
 * as an end and a reset as a reset. A flow without a byte for `idleMs` is reset.
 */
export function joinSockets(client: Socket, target: Socket, idleMs: number): void {
  pump(client, target);
  pump(target, client);
  client.setTimeout(idleMs, () => {
    client.resetAndDestroy();
    target.resetAndDestroy();
  });
}

function pump(from: Socket, to: Socket): void {
  const resume = (): void => {
    from.resume();
  };
  from.on('data', (chunk: Buffer) => {
    if (to.destroyed || to.write(chunk)) return;
    from.pause();
    to.once('drain', resume);
  });
  from.once('end', () => to.end());
  from.on('error', () => undefined);
  from.once('close', (hadError) => {
    if (hadError) to.resetAndDestroy();
    else to.destroySoon();
  });
}
