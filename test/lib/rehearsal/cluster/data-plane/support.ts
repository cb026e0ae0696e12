import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { Pool } from 'undici';
import { onTestFinished } from 'vitest';
import {
  createDataPlane,
  type DataPlaneTimings,
} from '../../../../../lib/rehearsal/cluster/data-plane/index.ts';
import type {
  AppSettings,
  DataPlane,
  PodSpec,
  RevisionEndpoints,
  RunningPod,
} from '../../../../../lib/rehearsal/cluster/data-plane.ts';

export const seed = 20_261_104;
export const host = 'hello.default.example.com';
export const revision = 'default/hello-00001';

export async function startPlane(timings: Partial<DataPlaneTimings> = {}): Promise<DataPlane> {
  const plane = await createDataPlane({
    ports: [80, 443],
    seed,
    timings: { quietPeriodMs: 150, ...timings },
  });
  onTestFinished(() => plane.close());
  return plane;
}

export interface PodWishes extends Partial<AppSettings> {
  readonly containerConcurrency?: number;
  readonly timeoutMs?: number;
}

const quickApp: AppSettings = {
  target: 'hello',
  answerMs: 0,
  answerStatus: 200,
  answerBytes: 0,
  startupMs: 0,
  shutdownMs: 0,
};

export function podSpec(name: string, wishes: PodWishes = {}, of = revision): PodSpec {
  const { containerConcurrency = 0, timeoutMs = 30_000, ...app } = wishes;
  const settings = { ...quickApp, ...app };
  return {
    namespace: 'default',
    name,
    revision: of,
    service: 'hello',
    app: settings,
    containerConcurrency,
    timeoutMs,
  };
}

export async function startPods(
  plane: DataPlane,
  count: number,
  wishes: PodWishes = {},
): Promise<RunningPod[]> {
  const pods = Array.from({ length: count }, (_, index) => plane.startPod(podSpec(`pod-${index}`, wishes)));
  await Promise.all(pods.map((pod) => pod.ready));
  return pods;
}

export function point(
  plane: DataPlane,
  pods: readonly RunningPod[],
  endpoints: Partial<RevisionEndpoints> = {},
  of = revision,
): void {
  plane.setRevision(of, {
    pods: pods.map((pod) => pod.address),
    viaActivator: false,
    containerConcurrency: 0,
    timeoutMs: 30_000,
    ...endpoints,
  });
}

/** Everything of one host to one revision. */
export const route = (plane: DataPlane, of = revision): void =>
  plane.setRoutes(new Map([[host, { splits: [{ revision: of, percent: 100 }] }]]));

/** A plane with a gateway, a route and some pods behind it. */
export async function standUp(
  count: number,
  wishes: PodWishes = {},
  endpoints: Partial<RevisionEndpoints> = {},
): Promise<{ plane: DataPlane; pods: RunningPod[]; address: string }> {
  const plane = await startPlane();
  await plane.startGateway('gateway-1');
  const pods = await startPods(plane, count, wishes);
  point(plane, pods, {
    containerConcurrency: wishes.containerConcurrency ?? 0,
    timeoutMs: wishes.timeoutMs ?? 30_000,
    ...endpoints,
  });
  route(plane);
  return { plane, pods, address: entranceOf(plane) };
}

export const entranceOf = (plane: DataPlane): string => plane.entrance.addresses['80'] ?? '';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Ask {
  readonly host?: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly agent?: Agent;
  readonly signal?: AbortSignal;
}

/** One request; rejects unless the whole answer came within 15 s. */
export function ask(address: string, wish: Ask = {}): Promise<Answer> {
  const [hostname, port] = address.split(':');
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        hostname,
        port,
        path: wish.path ?? '/',
        method: wish.method ?? 'GET',
        headers: { host: wish.host ?? host, ...wish.headers },
        agent: wish.agent ?? false,
        signal: AbortSignal.any([
          AbortSignal.timeout(15_000),
          ...(wish.signal === undefined ? [] : [wish.signal]),
        ]),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(wish.body);
  });
}

/** Keeps connections for as long as the test takes. */
export function keepAlive(): Agent {
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  return agent;
}

/** Waits until it is so, and says what was not when it takes longer than 10 s. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`waited 10 s in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export interface Load {
  /** Ends it and says what came of it. */
  stop(): Promise<{ answered: number; wrong: string[] }>;
  readonly answered: number;
}

/** Clients that ask again after a pause, on connections that they leave idle for 500 ms; anything but 200 is wrong. */
export function startLoad(address: string, clients: number, pauseMs = 1): Load {
  const pool = new Pool(`http://${address}`, {
    keepAliveTimeout: 500,
    headersTimeout: 15_000,
    bodyTimeout: 15_000,
  });
  let going = true;
  let answered = 0;
  const wrong: string[] = [];
  const client = async (): Promise<void> => {
    while (going) {
      try {
        const { statusCode, body } = await pool.request({ path: '/', method: 'GET', headers: { host } });
        const text = await body.text();
        if (statusCode === 200 && text.endsWith(`${host}\n`)) answered += 1;
        else wrong.push(`${statusCode} ${text}`);
      } catch (error) {
        wrong.push(String(error));
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  const running = Array.from({ length: clients }, client);
  return {
    get answered() {
      return answered;
    },
    async stop() {
      going = false;
      await Promise.all(running);
      await pool.close();
      return { answered, wrong };
    },
  };
}
