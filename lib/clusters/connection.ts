import type { RequestOptions } from 'node:https';
import { Agent } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import type { ClusterLocation } from '../fleet/locator.ts';
import { ZeroshiftError } from '../messages/error.ts';
import { type Access, eksUser, plainAccess } from './plain-access.ts';

/** Where requests go, and the TLS and authorization that they go with. */
export interface Connection {
  /** The API server, without a slash at its end. */
  readonly server: string;
  /** For one request: agent and headers. Tokens are made anew when they run out. */
  authorize(): Promise<Pick<RequestOptions, 'agent' | 'auth' | 'headers'>>;
}

/** Connections at a time, watches among them. */
const mostSockets = 128;
/** Those that are kept for the next request: to make one costs more than to ask. */
const keptSockets = 64;

/**
 * Reads the kubeconfig and what it leads to.
 * @throws ZeroshiftError `cluster.invalid-location` where the location leads nowhere
 */
export async function connect(location: ClusterLocation): Promise<Connection> {
  const access = (await plainAccess(location)) ?? (await libraryAccess(location));
  let pending: Promise<RequestOptions> | undefined;
  let kept: { readonly agent: Agent; readonly options: RequestOptions } | undefined;
  return {
    server: access.server.replace(/\/+$/, ''),
    async authorize() {
      // Many requests at once ask for one token, not for one each.
      pending ??= access.credentials().finally(() => {
        pending = undefined;
      });
      const options = await pending;
      if (access.hasOwnAgents) return options;
      if (kept === undefined || !sameIdentity(kept.options, options)) {
        if (kept !== undefined) endIdle(kept.agent);
        kept = { agent: keepingAgent(options), options };
      }
      return { ...options, agent: kept.agent };
    },
  };
}

/** Whatever a kubeconfig can say, by the library. */
async function libraryAccess(location: ClusterLocation): Promise<Access> {
  const { KubeConfig: Config } = await import('@kubernetes/client-node');
  const config = new Config();
  if (location.context === undefined) loadEks(config, location);
  else loadContext(config, location, location.context);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw nowhere(location, 'its kubeconfig has no cluster for the context');
  return {
    server: cluster.server,
    // The library's other agents keep no connections.
    hasOwnAgents: cluster.proxyUrl !== undefined || cluster.server.startsWith('http:'),
    credentials: () => credentials(config),
  };
}

async function credentials(config: KubeConfig): Promise<RequestOptions> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  return options;
}

const sameIdentity = (left: RequestOptions, right: RequestOptions): boolean =>
  String(left.cert) === String(right.cert) &&
  String(left.key) === String(right.key) &&
  String(left.ca) === String(right.ca);

/** What is under way on the others goes on to its end. */
function endIdle(agent: Agent): void {
  for (const sockets of Object.values(agent.freeSockets))
    for (const socket of sockets ?? []) socket.destroy();
  agent.maxFreeSockets = 0;
}

function keepingAgent({ ca, cert, key, servername, rejectUnauthorized }: RequestOptions): Agent {
  const given = Object.entries({ ca, cert, key, servername, rejectUnauthorized });
  const tls = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  return new Agent({ ...tls, keepAlive: true, maxSockets: mostSockets, maxFreeSockets: keptSockets });
}

function loadContext(config: KubeConfig, location: ClusterLocation, context: string): void {
  try {
    if (location.kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(location.kubeconfig);
  } catch (error) {
    throw nowhere(location, `its kubeconfig cannot be read: ${(error as Error).message}`, error);
  }
  const names = config.getContexts().map(({ name }) => name);
  if (!names.includes(context)) {
    throw new ZeroshiftError(`the kubeconfig for cluster ${location.name} has no such context`, {
      code: 'cluster.invalid-location',
      source: 'user',
      action: 'name another context or kubeconfig in the locator',
      problems: [
        { where: 'cluster.context', value: context, allowed: names.join(', ') || 'nothing: there are none' },
      ],
    });
  }
  config.setCurrentContext(context);
}

function loadEks(config: KubeConfig, location: ClusterLocation): void {
  const { name, endpoint, certificateAuthority } = location;
  if (endpoint === undefined || certificateAuthority === undefined) {
    throw nowhere(location, 'it has neither a context nor an endpoint with its certificate authority');
  }
  config.loadFromOptions({
    clusters: [{ name, server: endpoint, caData: certificateAuthority, skipTLSVerify: false }],
    users: [eksUser(name)],
    contexts: [{ name, cluster: name, user: name }],
    currentContext: name,
  });
}

const nowhere = (location: ClusterLocation, why: string, cause?: unknown): ZeroshiftError =>
  new ZeroshiftError(`cluster ${location.name} cannot be reached: ${why}`, {
    code: 'cluster.invalid-location',
    source: 'user',
    action: 'correct the cluster in the locator, or the kubeconfig that it names',
    ...(cause === undefined ? {} : { cause }),
  });
