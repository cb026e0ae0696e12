import { connect } from 'node:http2';

/** Whether what listens at `host:port` takes HTTP/2 without TLS from a client that just begins with it. */
export function speaksHttp2(address: string, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const session = connect(`http://${address}`);
    const done = (answer: boolean): void => {
      clearTimeout(timer);
      resolve(answer);
      session.destroy();
    };
    const timer = setTimeout(() => done(false), timeoutMs);
    session.once('remoteSettings', () => done(true));
    session.on('error', () => done(false));
    session.once('close', () => done(false));
  });
}
