import type { Random } from '../../random.ts';
import type { HostRoute, RevisionEndpoints } from '../data-plane.ts';

/** A revision as it is now, with the ports of its ready pods read from their addresses. */
export interface Revision {
  /** `namespace/name`. */
  readonly id: string;
  readonly endpoints: RevisionEndpoints;
  readonly ports: readonly number[];
  /** Whose turn it is, round robin. */
  turn: number;
}

/** Which revisions there are, and which hosts lead to them: what a cluster's gateways and activator share. */
export class Routing {
  private routes: ReadonlyMap<string, HostRoute> = new Map();
  private readonly revisions = new Map<string, Revision>();

  setRoutes(routes: ReadonlyMap<string, HostRoute>): void {
    this.routes = new Map([...routes].map(([host, route]) => [host.toLowerCase(), route]));
  }

  setRevision(id: string, endpoints: RevisionEndpoints): Revision {
    const revision: Revision = {
      id,
      endpoints,
      ports: endpoints.pods.map(portOf),
      turn: this.revisions.get(id)?.turn ?? 0,
    };
    this.revisions.set(id, revision);
    return revision;
  }

  deleteRevision(id: string): void {
    this.revisions.delete(id);
  }

  revision(id: string): Revision | undefined {
    return this.revisions.get(id);
  }

  /** `host` as a request's header has it. */
  route(host: string): HostRoute | undefined {
    return this.routes.get(hostName(host));
  }
}

/** Lower case, without the port. */
export const hostName = (host: string): string => host.replace(/:\d*$/, '').toLowerCase();

/** Picks a revision by percent; undefined when the route leads nowhere. */
export function chooseRevision(route: HostRoute, random: Random): string | undefined {
  const { splits } = route;
  if (splits.length === 1) return splits[0]?.revision;
  const total = splits.reduce((sum, split) => sum + split.percent, 0);
  let rest = random() * total;
  for (const split of splits) {
    rest -= split.percent;
    if (rest < 0) return split.revision;
  }
  return undefined;
}

/** The next pod's port, round robin; never `avoid` when there is another. Undefined when there is no pod. */
export function nextPort(revision: Revision, avoid?: number): number | undefined {
  const { ports } = revision;
  for (let tries = 0; tries < ports.length; tries++) {
    const port = ports[revision.turn++ % ports.length];
    if (port !== avoid) return port;
  }
  return ports[0];
}

/** @throws RangeError when it is not `127.0.0.1:port` */
export function portOf(address: string): number {
  const port = /^127\.0\.0\.1:(\d+)$/.exec(address)?.[1];
  if (port === undefined) throw new RangeError(`"${address}" is not an address of this data plane`);
  return Number(port);
}
