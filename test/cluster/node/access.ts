import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Place } from '../machine/index.ts';

/** What leads to a cluster's API server. There is one identity, which may do everything. */
export interface Access {
  readonly server: string;
  readonly token: string;
  /** PEM. */
  readonly authority: string;
}

/** Files of the API server's identities. */
export const accessFiles = ({ folder }: Place) =>
  ({
    certificates: join(folder, 'certificates'),
    /** Made by the API server itself, with its authority's. */
    certificate: join(folder, 'certificates', 'apiserver.crt'),
    accounts: join(folder, 'accounts.key'),
    tokens: join(folder, 'tokens.csv'),
  }) as const;

const secret = { mode: 0o600 } as const;

/** Makes the token, and the key that signs the tokens of service accounts. */
export async function writeAccess(place: Place): Promise<string> {
  const files = accessFiles(place);
  await mkdir(files.certificates, { recursive: true });
  const token = randomBytes(24).toString('hex');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(files.accounts, privateKey.export({ type: 'pkcs1', format: 'pem' }), secret);
  await writeFile(files.tokens, `${token},admin,admin,"system:masters"\n`, secret);
  return token;
}

/** Writes the kubeconfig, once the API server has made its certificate; undefined until then. */
export async function writeKubeconfig(place: Place, token: string): Promise<Access | undefined> {
  const authority = await readFile(accessFiles(place).certificate, 'utf8').catch(() => '');
  if (!authority.includes('END CERTIFICATE')) return undefined;
  const access = { server: `https://${place.nodeAddress}:6443`, token, authority };
  await writeFile(place.kubeconfig, stringify(kubeconfigOf([{ name: place.name, access }])), secret);
  return access;
}

/** A kubeconfig with a context for each cluster, named like it. */
export const kubeconfigOf = (clusters: readonly { readonly name: string; readonly access: Access }[]) => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: clusters.map(({ name, access: { server, authority } }) => ({
    name,
    cluster: { server, 'certificate-authority-data': Buffer.from(authority).toString('base64') },
  })),
  users: clusters.map(({ name, access: { token } }) => ({ name, user: { token } })),
  contexts: clusters.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
  'current-context': clusters[0]?.name ?? '',
});
