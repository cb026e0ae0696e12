import type { Colour } from '../../fleet/colour.ts';
import { type Problem, ZeroshiftError } from '../../messages/error.ts';
import { FlowColours } from '../flow-colours.ts';

/** What is known of a flow that a request went over. */
export interface FlowAnswer {
  /** The client's. */
  readonly port: number;
  /** Lower-case names. @default - no answer came */
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
}

/** One kind of request that the load sends. */
export interface LoadTarget {
  /** Name in the accounts. */
  readonly service: string;
  /** Host header. */
  readonly host: string;
  /** Starts with `/`. */
  readonly path: string;
  /** Its part of all requests, relative to the other targets'. */
  readonly weight: number;
  readonly expectedStatus: number;
  /** Milliseconds from the scheduled arrival until the answer must be complete. */
  readonly deadlineMs: number;
  /** The body must start with this, or the request is lost. @default - any body will do */
  readonly bodyStartsWith?: string;
}

export interface LoadOptions {
  /** `127.0.0.1:port` that every request dials: the accelerator. */
  readonly address: string;
  readonly targets: readonly LoadTarget[];
  /** Arrivals a second. @default 250 */
  readonly rate?: number;
  /** How arrivals are spaced. @default 'poisson' */
  readonly arrivals?: 'poisson' | 'uniform';
  /** The same seed gives the same arrivals. @default 1 */
  readonly seed?: number;
  /** It stops by itself after this many requests. @default 100_000 */
  readonly maxRequests?: number;
  /** It stops by itself after this many milliseconds. @default 300_000 */
  readonly maxDurationMs?: number;
  /** Part of the requests, 0–1, that have a connection of their own. @default 0.3 */
  readonly freshShare?: number;
  /** Part of the requests, 0–1, that go over long-lived HTTP/2 sessions without TLS; the server must know it. @default 0 */
  readonly http2Share?: number;
  /** HTTP/2 sessions that these are spread over, each for as long as the server lets it live. @default 4 */
  readonly http2Sessions?: number;
  /** Connections that the other requests are spread over; more are opened when all of them are busy. @default 16 */
  readonly keepAliveConnections?: number;
  /** A connection is retired after at most this many requests (drawn between half and all of it). @default 50 */
  readonly requestsPerConnection?: number;
  /** A connection is retired at this age in milliseconds (drawn between half and all of it). @default 2000 */
  readonly connectionAgeMs?: number;
  /** An unused connection is closed after this many milliseconds; keep it below the servers' idle time. @default 1000 */
  readonly idleMs?: number;
  /** Label of the requests scheduled before the first `setPhase`. @default 'before' */
  readonly phase?: string;
  /** Where the accelerator writes to which colour it sent each flow. @default - colours are not known */
  readonly flowMemory?: SharedArrayBuffer;
  /** Which colour a request reached. @default - what `flowMemory` says of its flow */
  readonly colourOf?: (flow: FlowAnswer) => Colour | undefined;
}

/** Options with every default filled in. */
export type Load = Required<Omit<LoadOptions, 'flowMemory'>> & {
  readonly hostname: string;
  readonly port: number;
};

function colourByFlow(memory: SharedArrayBuffer | undefined): Load['colourOf'] {
  if (memory === undefined) return () => undefined;
  const flows = new FlowColours(memory);
  return ({ port }) => flows.get(port);
}

const positive = (value: number): boolean => Number.isFinite(value) && value > 0;

/** Fills in the defaults. @throws ZeroshiftError `load.invalid`, with every mistake at once */
export function resolveLoad(options: LoadOptions): Load {
  const cut = options.address.lastIndexOf(':');
  const load: Load = {
    rate: 250,
    arrivals: 'poisson',
    seed: 1,
    maxRequests: 100_000,
    maxDurationMs: 300_000,
    freshShare: 0.3,
    http2Share: 0,
    http2Sessions: 4,
    keepAliveConnections: 16,
    requestsPerConnection: 50,
    connectionAgeMs: 2000,
    idleMs: 1000,
    phase: 'before',
    colourOf: colourByFlow(options.flowMemory),
    ...options,
    hostname: options.address.slice(0, cut),
    port: Number(options.address.slice(cut + 1)),
  };
  const problems: Problem[] = [];
  const check = (ok: boolean, where: string, value: unknown, allowed: string) => {
    if (!ok) problems.push({ where, value, allowed });
  };
  check(
    load.hostname !== '' && Number.isInteger(load.port) && load.port > 0 && load.port < 65_536,
    'address',
    load.address,
    'host:port',
  );
  check(load.targets.length > 0, 'targets', load.targets, 'one target or more');
  for (const where of [
    'rate',
    'maxRequests',
    'maxDurationMs',
    'http2Sessions',
    'keepAliveConnections',
    'requestsPerConnection',
    'connectionAgeMs',
    'idleMs',
  ] as const)
    check(positive(load[where]), where, load[where], 'a number above 0');
  check(load.freshShare >= 0 && load.freshShare <= 1, 'freshShare', load.freshShare, '0 to 1');
  check(
    load.http2Share >= 0 && load.http2Share <= Math.max(0, 1 - load.freshShare),
    'http2Share',
    load.http2Share,
    '0 to 1 together with freshShare',
  );
  load.targets.forEach((target, index) => {
    const where = `targets[${index}]`;
    check(positive(target.weight), `${where}.weight`, target.weight, 'a number above 0');
    check(positive(target.deadlineMs), `${where}.deadlineMs`, target.deadlineMs, 'milliseconds above 0');
    check(target.path.startsWith('/'), `${where}.path`, target.path, 'a path that starts with /');
  });
  if (problems.length > 0)
    throw new ZeroshiftError('the load cannot be sent as described', {
      code: 'load.invalid',
      source: 'user',
      problems,
      action: 'correct the load options',
    });
  return load;
}
