import { webcrypto } from 'node:crypto';
import type { SubjectAlternativeNameExtension } from '@peculiar/x509';
import { provideReflectMetadata } from '../../../../lib/rehearsal/kube-api/reflect-metadata.ts';

const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' } as const;
const day = 24 * 3_600_000;

export interface Pair {
  /** PEM: the certificate, and those that came with it. */
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  issue(hosts: readonly string[], days?: { readonly from?: number; readonly to?: number }): Promise<Pair>;
}

const keys = () => webcrypto.subtle.generateKey(curve, true, ['sign', 'verify']);

/** It asks for reflection when it is loaded. */
async function library() {
  provideReflectMetadata();
  return await import('@peculiar/x509');
}
type X509 = Awaited<ReturnType<typeof library>>;

const pem = async (x509: X509, key: webcrypto.CryptoKey): Promise<string> =>
  x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');

const names = (x509: X509, hosts: readonly string[]): SubjectAlternativeNameExtension =>
  new x509.SubjectAlternativeNameExtension(hosts.map((value) => ({ type: 'dns', value })));

/** An authority that signs through another of its own. @param sendsChain whether that one comes with its certificates */
export async function authority(name: string, sendsChain = true): Promise<Authority> {
  const x509 = await library();
  const [root, middle] = await Promise.all([keys(), keys()]);
  const dates = { notBefore: new Date(Date.now() - 90 * day), notAfter: new Date(Date.now() + 900 * day) };
  const extensions = [new x509.BasicConstraintsExtension(true, undefined, true)];
  const rootCertificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...dates,
    name: [{ CN: [`${name} Root`] }],
    keys: root,
    signingAlgorithm,
    extensions,
  });
  const between = await x509.X509CertificateGenerator.create({
    ...dates,
    subject: [{ CN: [`${name} R1`] }],
    issuer: rootCertificate.subject,
    publicKey: middle.publicKey,
    signingKey: root.privateKey,
    signingAlgorithm,
    extensions,
  });
  return {
    async issue(hosts, { from = -1, to = 60 } = {}) {
      const own = await keys();
      const certificate = await x509.X509CertificateGenerator.create({
        notBefore: new Date(Date.now() + from * day),
        notAfter: new Date(Date.now() + to * day),
        subject: [{ CN: [hosts[0] ?? 'nobody'] }],
        issuer: between.subject,
        publicKey: own.publicKey,
        signingKey: middle.privateKey,
        signingAlgorithm,
        extensions: [names(x509, hosts)],
      });
      const chain = sendsChain ? [certificate, between] : [certificate];
      return {
        cert: chain.map((one) => one.toString('pem')).join('\n'),
        key: await pem(x509, own.privateKey),
      };
    },
  };
}

/** What a gateway shows when it has nothing for a host. */
export async function selfSigned(hosts: readonly string[]): Promise<Pair> {
  const x509 = await library();
  const own = await keys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 60 * day),
    name: [{ CN: ['gateway default'] }],
    keys: own,
    signingAlgorithm,
    extensions: [names(x509, hosts)],
  });
  return { cert: certificate.toString('pem'), key: await pem(x509, own.privateKey) };
}
