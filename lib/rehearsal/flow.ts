import type { Socket } from 'node:net';

/**
 * Joins two sockets (both with `allowHalfOpen`) into one flow, as a load balancer of layer 4 does: bytes at the pace of
 * the slower side, the end of one direction as the end of that direction, and a reset of either side as a reset of the
 * other. A flow without a byte for `idleTimeoutMs` is reset on both sides.
 */
export function joinFlow(client: Socket, target: Socket, idleTimeoutMs: number): void {
  const join = (side: Socket, other: Socket): void => {
    // Without a listener an error would end the process; `close` follows and tells what is needed.
    side.on('error', () => {});
    side.once('close', (failed) => {
      const complete = side.readableEnded && side.writableFinished && !failed;
      if (complete) other.setTimeout(idleTimeoutMs, () => reset(other));
      else reset(other);
    });
    side.pipe(other);
  };
  join(client, target);
  join(target, client);
  // Every byte of a flow passes the client's socket, so that its timer is enough.
  client.setTimeout(idleTimeoutMs, () => reset(client));
}

function reset(socket: Socket): void {
  if (socket.destroyed) return;
  // A socket that still connects has nobody to reset.
  if (socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}
