import type { RequestOptions } from 'node:https';
import { Agent } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import type { ClusterLocation } from '../fleet/locator.ts';
import { ZeroshiftError } from '../messages/error.ts';

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
  const { KubeConfig: Config } = await import('@kubernetes/client-node');
  const config = new Config();
  if (location.context === undefined) loadEks(config, location);
  else loadContext(config, location, location.context);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw nowhere(location, 'its kubeconfig has no cluster for the context');
  let pending: Promise<RequestOptions> | undefined;
  let kept: { readonly agent: Agent; readonly options: RequestOptions } | undefined;
  return {
    server: cluster.server.replace(/\/+$/, ''),
    async authorize() {
      // Many requests at once ask for one token, not for one each.
      pending ??= credentials(config).finally(() => {
        pending = undefined;
      });
      const options = await pending;
      // The library's agents keep no connections; those for proxies are its own.
      if (cluster.proxyUrl !== undefined || cluster.server.startsWith('http:')) return options;
      if (kept === undefined || !sameIdentity(kept.options, options)) {
        if (kept !== undefined) endIdle(kept.agent);
        kept = { agent: keepingAgent(options), options };
      }
      return { ...options, agent: kept.agent };
    },
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

/** A cluster that only AWS knows: its token comes from the AWS command line. */
function loadEks(config: KubeConfig, location: ClusterLocation): void {
  const { name, endpoint, certificateAuthority } = location;
  if (endpoint === undefined || certificateAuthority === undefined) {
    throw nowhere(location, 'it has neither a context nor an endpoint with its certificate authority');
  }
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    command: 'aws',
    args: ['eks', 'get-token', '--cluster-name', name, '--output', 'json'],
    interactiveMode: 'Never',
  };
  config.loadFromOptions({
    clusters: [{ name, server: endpoint, caData: certificateAuthority, skipTLSVerify: false }],
    users: [{ name, exec }],
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
