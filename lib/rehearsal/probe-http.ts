import { get } from 'node:http';

/** The status that a GET on `host:port` is answered with; undefined when there is no answer in time. */
export function probeHttp(
  address: string,
  path: string,
  timeoutMs: number,
  userAgent: string,
): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = get(`http://${address}${path}`, { agent: false, headers: { 'User-Agent': userAgent } });
    const timer = setTimeout(() => request.destroy(), timeoutMs);
    request.once('response', (answer) => {
      resolve(answer.statusCode);
      answer.resume();
    });
    request.on('error', () => undefined);
    request.once('close', () => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });
}
