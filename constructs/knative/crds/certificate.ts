import { type CustomResource, readiness } from './definition.ts';
import { dateTime, intOrString, list, object, text } from './schema.ts';
import { status } from './status.ts';

const challenge = object({ serviceName: text, serviceNamespace: text, servicePort: intOrString, url: text });

/** A TLS certificate that some issuer is to keep in a Secret. */
export const certificate: CustomResource = {
  area: 'networking',
  kind: 'Certificate',
  version: 'v1alpha1',
  shortNames: ['kcert'],
  columns: readiness('"'),
  spec: object({ dnsNames: list(text), domain: text, secretName: text }, ['dnsNames', 'secretName']),
  status: status({ http01Challenges: list(challenge), notAfter: dateTime }),
};
