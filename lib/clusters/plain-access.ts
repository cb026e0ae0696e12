import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { Cluster, User } from '@kubernetes/client-node';
import type { ClusterLocation } from '../fleet/locator.ts';

/** How to reach an API server, and as whom. */
export interface Access {
  readonly server: string;
  /** Whether the agents of its options have to be used: they know a proxy, or speak without TLS. */
  readonly hasOwnAgents: boolean;
  /** TLS and authorization of one request. Tokens are made anew when they run out. */
  credentials(): Promise<RequestOptions>;
}

interface Named {
  readonly cluster: Cluster;
  readonly user: User;
}

/**
 * The usual ways to a cluster: one kubeconfig with certificates, tokens, a password or a command that gives them, or a
 * cluster that only AWS knows. The library knows more ways, and takes half a second to load because it also knows every
 * kind of Kubernetes: it is loaded where this gives undefined, and says what is wrong with a kubeconfig.
 */
export async function plainAccess(location: ClusterLocation): Promise<Access | undefined> {
  const named = await (location.context === undefined
    ? eksAccess(location)
    : fileAccess(location, location.context));
  if (named === undefined) return undefined;
  const { cluster, user } = named;
  const { proxyUrl, server } = cluster;
  if (proxyUrl !== undefined || !server.startsWith('https:')) return undefined;
  // An absent provider is null.
  if (user.authProvider) return undefined;
  const command = user.exec ? await commandOf() : undefined;
  return {
    server,
    hasOwnAgents: false,
    async credentials() {
      const made: RequestOptions & { headers?: Record<string, string> } = {};
      await command?.applyAuthentication(user, made);
      return { ...optionsOf(cluster, user), ...made, headers: { ...made.headers, ...headersOf(user) } };
    },
  };
}

async function commandOf() {
  const { ExecAuth } = await import('@kubernetes/client-node/dist/exec_auth.js');
  return new ExecAuth();
}

/** Files are read each time, because certificates are renewed. */
function optionsOf(cluster: Cluster, user: User): RequestOptions {
  const [ca, cert, key] = [
    content(cluster.caFile, cluster.caData),
    content(user.certFile, user.certData),
    content(user.keyFile, user.keyData),
  ];
  return {
    ...(cluster.skipTLSVerify ? { rejectUnauthorized: false } : {}),
    ...(cluster.tlsServerName ? { servername: cluster.tlsServerName } : {}),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(user.username ? { auth: `${user.username}:${user.password}` } : {}),
  };
}

/** A token that is written down counts more than one that a command makes. */
const headersOf = ({ impersonateUser, token }: User): Record<string, string> => ({
  ...(impersonateUser ? { 'Impersonate-User': impersonateUser } : {}),
  ...(token ? { Authorization: `Bearer ${token}` } : {}),
});

function content(file: string | undefined, data: string | undefined): Buffer | undefined {
  if (file) return readFileSync(file);
  return data ? Buffer.from(data, 'base64') : undefined;
}

/** A cluster that only AWS knows: its token comes from the AWS command line. */
export const eksUser = (name: string): User => ({
  name,
  exec: {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    command: 'aws',
    args: ['eks', 'get-token', '--cluster-name', name, '--output', 'json'],
    interactiveMode: 'Never',
  },
});

async function eksAccess(location: ClusterLocation): Promise<Named | undefined> {
  const { name, endpoint: server, certificateAuthority: caData } = location;
  if (server === undefined || caData === undefined) return undefined;
  return { cluster: { name, server, caData, skipTLSVerify: false }, user: eksUser(name) };
}

async function fileAccess(location: ClusterLocation, context: string): Promise<Named | undefined> {
  const file = location.kubeconfig ?? usualFile();
  if (file === undefined) return undefined;
  try {
    const { newClusters, newContexts, newUsers } = await import(
      '@kubernetes/client-node/dist/config_types.js'
    );
    const config = await parsed(await readFile(file, 'utf8'));
    const chosen = newContexts(config.contexts).find(({ name }) => name === context);
    const cluster = newClusters(config.clusters).find(({ name }) => name === chosen?.cluster);
    const user = newUsers(config.users).find(({ name }) => name === chosen?.user);
    if (cluster === undefined || user === undefined) return undefined;
    const at = dirname(file);
    if (cluster.caFile) cluster.caFile = resolve(at, cluster.caFile);
    if (user.certFile) user.certFile = resolve(at, user.certFile);
    if (user.keyFile) user.keyFile = resolve(at, user.keyFile);
    return { cluster, user };
  } catch {
    return undefined;
  }
}

/** The one that kubectl would take, where that is one file. */
function usualFile(): string | undefined {
  const named = (process.env.KUBECONFIG ?? '').split(delimiter).filter(Boolean);
  if (named.length > 0) return named.length === 1 ? named[0] : undefined;
  return process.platform === 'win32' ? undefined : join(homedir(), '.kube', 'config');
}

async function parsed(text: string): Promise<Readonly<Record<string, unknown>>> {
  if (text.startsWith('{')) return JSON.parse(text) as Readonly<Record<string, unknown>>;
  const { parse } = await import('yaml');
  return parse(text) as Readonly<Record<string, unknown>>;
}
