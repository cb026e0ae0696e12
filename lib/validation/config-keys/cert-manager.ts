import { name, structure, text, type Written } from './kinds.ts';
import { fields, type Shape } from './shapes.ts';

const referenceKeys = {
  name: text(''),
  kind: name<'ClusterIssuer' | 'Issuer'>('ClusterIssuer'),
  group: text(''),
} as const;

/** An issuer of cert-manager: its name, its kind (`ClusterIssuer` by default), and a group where it is someone else's. */
export type IssuerReference = { readonly name: string } & Written<typeof referenceKeys>;

const known = fields(referenceKeys, ['name']);
const ours = ['ClusterIssuer', 'Issuer'];

const issuer: Shape = (value) => {
  const problems = known(value);
  if (problems.length > 0) return problems;
  const { name: given, kind = ours[0], group = '' } = value as IssuerReference;
  if (given === '') return [{ path: '.name', value: given, allowed: 'the name of an issuer' }];
  if (group !== '' || ours.includes(kind ?? '')) return [];
  return [{ path: '.kind', value: kind, allowed: `${ours.join(' or ')}, or another with its group` }];
};

/** `config-certmanager`: who signs certificates. */
export const certManagerKeys = {
  /** Issuer for hosts that are reached from outside. Rule: only with external-domain-tls. @default knative-selfsigned-issuer */
  issuerRef: structure<IssuerReference>('', issuer),
  /** Issuer for hosts within the cluster. Rule: only with cluster-local-domain-tls. @default knative-selfsigned-issuer */
  clusterLocalIssuerRef: structure<IssuerReference>('', issuer),
  /** Issuer for traffic between the parts. Rule: only with system-internal-tls. @default knative-selfsigned-issuer */
  systemInternalIssuerRef: structure<IssuerReference>('', issuer),
} as const;
