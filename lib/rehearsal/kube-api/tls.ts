import { webcrypto } from 'node:crypto';
import { provideReflectMetadata } from './reflect-metadata.ts';

/** PEM texts for a server on loopback and the authority that vouches for it. */
export interface Certificates {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

type X509 = typeof import('@peculiar/x509');

const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signature = { name: 'ECDSA', hash: 'SHA-256' } as const;
const hour = 3_600_000;
const year = 365 * 24 * hour;

/** A new authority of this name and a certificate by it for `localhost` and 127.0.0.1; the authority's key is forgotten. */
export async function makeCertificates(name: string): Promise<Certificates> {
  provideReflectMetadata();
  const loaded: X509 & { readonly default?: X509 } = await import('@peculiar/x509');
  // It is a CommonJS package: a bundler gives it as the default export only.
  const x509 = loaded.default ?? loaded;
  const generate = () => webcrypto.subtle.generateKey(curve, true, ['sign', 'verify']);
  const [authority, server] = await Promise.all([generate(), generate()]);
  // An hour back, for clocks that differ.
  const dates = { notBefore: new Date(Date.now() - hour), notAfter: new Date(Date.now() + year) };
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    ...dates,
    name: [{ CN: [`${name}-ca`] }],
    keys: authority,
    signingAlgorithm: signature,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  const certificate = await x509.X509CertificateGenerator.create({
    ...dates,
    subject: [{ CN: [name] }],
    issuer: ca.subject,
    publicKey: server.publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm: signature,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', server.privateKey);
  return {
    ca: ca.toString('pem'),
    certificate: certificate.toString('pem'),
    key: x509.PemConverter.encode(key, 'PRIVATE KEY'),
  };
}
