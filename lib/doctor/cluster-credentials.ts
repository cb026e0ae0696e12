import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { User } from '@kubernetes/client-node';
import type { ClusterLocation } from '../fleet/locator.ts';
import type { CredentialFacts } from './checks/credentials.ts';

/** How this process gets into a cluster, and for how long. Nothing of a secret is in the answer. */
export async function clusterCredentials(location: ClusterLocation): Promise<CredentialFacts> {
  const of = `cluster ${location.name}`;
  // The AWS command line makes a token whenever one is needed, by what gives access to AWS.
  if (location.context === undefined) return { of, how: 'a token of the AWS command line', renews: true };
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  try {
    if (location.kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(location.kubeconfig);
    config.setCurrentContext(location.context);
    return { of, ...lifeOfUser(config.getCurrentUser()) };
  } catch (error) {
    return { of, how: 'none', renews: false, missing: firstLine((error as Error).message) };
  }
}

const firstLine = (text: string): string => (text.split('\n')[0] ?? '').slice(0, 200);

type Life = Omit<CredentialFacts, 'of'>;

/** @param user of a kubeconfig; null where its context names none */
export function lifeOfUser(user: User | null): Life {
  if (user === null)
    return { how: 'none', renews: false, missing: 'the context of the kubeconfig has no user' };
  const { exec, authProvider, token, certData, certFile, username } = user;
  if (exec) return { how: 'a token of a command of the kubeconfig', renews: true };
  if (authProvider) return { how: 'a provider of the kubeconfig', renews: true };
  if (token) return { how: 'a token in the kubeconfig', renews: false, ...endOfToken(token) };
  if (certData || certFile) return { how: 'a certificate in the kubeconfig', renews: false, ...endOf(user) };
  if (username) return { how: 'a password in the kubeconfig', renews: false, lasting: true };
  return { how: 'none', renews: false, missing: 'the user of the kubeconfig has no credentials' };
}

/** A service account's token says when it is over. */
function endOfToken(token: string): Pick<Life, 'expiresAt'> {
  const [, claims = ''] = token.split('.');
  try {
    const { exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { exp?: unknown };
    return typeof exp === 'number' ? { expiresAt: exp * 1000 } : {};
  } catch {
    return {};
  }
}

function endOf({ certData, certFile }: User): Pick<Life, 'expiresAt'> {
  try {
    const text = certData ? Buffer.from(certData, 'base64') : readFileSync(certFile ?? '');
    return { expiresAt: Date.parse(new X509Certificate(text).validTo) };
  } catch {
    return {};
  }
}
