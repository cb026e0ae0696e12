import { callGateway } from './gateway.ts';

/** One request of a load and what came of it. Times are of `performance.now()`, in milliseconds. */
export interface Sent {
  readonly host: string;
  readonly at: number;
  readonly endedAt: number;
  /** 0 where no whole answer came. */
  readonly status: number;
  /** The answer's body, or the error's message. */
  readonly said: string;
}

export interface SteadyLoad {
  /** What has ended so far. */
  readonly ended: readonly Sent[];
  /** Stops sending, and gives everything once the last one has ended. */
  finish(): Promise<readonly Sent[]>;
}

export interface SteadyProps {
  /** `http://host:port` of each, in turns. */
  readonly gateways: readonly string[];
  readonly hosts: readonly string[];
  readonly path: string;
  /** Milliseconds between two requests for the same host. */
  readonly every: number;
}

/**
 * Sends a request for each host again and again, whatever comes of the others, each on a connection of its own. Unlike the
 * rehearsal's load it keeps what each answer said, so that a lost one can be explained.
 */
export function steadyLoad({ gateways, hosts, path, every }: SteadyProps): SteadyLoad {
  const ended: Sent[] = [];
  const open = new Set<Promise<void>>();
  let turn = 0;
  const send = async (host: string): Promise<void> => {
    const at = performance.now();
    const keep = (status: number, said: string) =>
      void ended.push({ host, at, endedAt: performance.now(), status, said });
    const gateway = gateways[turn++ % gateways.length] ?? '';
    await callGateway({ gateway, host, path }).then(
      ({ status, body }) => keep(status, body),
      (error: Error) => keep(0, error.message),
    );
  };
  const timer = setInterval(() => {
    for (const host of hosts) {
      const one = send(host).then(() => void open.delete(one));
      open.add(one);
    }
  }, every);
  return {
    ended,
    async finish() {
      clearInterval(timer);
      await Promise.all(open);
      return ended;
    },
  };
}
