import type { Socket } from 'node:net';

export interface FlowProps {
  /** Milliseconds without a byte in either direction after which the flow is given up. */
  readonly idleTimeoutMs: number;
  /** The endpoint could not be reached; the client has been reset. */
  onRefused(): void;
  /** Both sides are gone. */
  onClosed(): void;
}

/**
 * Joins two sockets (both with `allowHalfOpen`) into one flow: bytes with back pressure, the end of one direction as
 * the end of that direction, and a reset of either side as a reset of the other.
 */
export function joinFlow(client: Socket, endpoint: Socket, props: FlowProps): void {
  let connected = false;
  let open = 2;

  const join = (side: Socket, other: Socket): void => {
    // Without a listener an error would end the process; `close` follows and tells what is needed.
    side.on('error', () => {});
    side.once('close', (failed) => {
      const complete = side.readableEnded && side.writableFinished && !failed;
      if (complete) other.setTimeout(props.idleTimeoutMs, () => reset(other));
      else reset(other);
      open -= 1;
      if (open === 0) props.onClosed();
    });
    side.pipe(other);
  };

  endpoint.once('connect', () => {
    connected = true;
  });
  endpoint.once('close', () => {
    if (!connected && !client.destroyed) props.onRefused();
  });
  join(client, endpoint);
  join(endpoint, client);
  // Every byte of a flow passes the client's socket, so that its timer is enough.
  client.setTimeout(props.idleTimeoutMs, () => reset(client));
}

function reset(socket: Socket): void {
  if (socket.destroyed) return;
  // A socket that still connects has nobody to reset.
  if (socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}
