import { bool, exactly, int, name, structure, text, word } from './kinds.ts';
import { labelSelector } from './shapes.ts';

/** Which objects are meant, by their labels; empty means all. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    readonly values?: readonly string[];
  }[];
}

/** `config-network`: ingress, host names, TLS. */
export const networkKeys = {
  /** Which ingress serves a service that does not say. Rule: a fleet's is Kourier's, to which the entrance leads. @default istio.ingress.networking.knative.dev */
  'ingress-class': name<'istio.ingress.networking.knative.dev' | 'kourier.ingress.networking.knative.dev'>(
    'istio.ingress.networking.knative.dev',
  ),
  /** Who makes certificates for a service that does not say. @default cert-manager.certificate.networking.knative.dev */
  'certificate-class': name('cert-manager.certificate.networking.knative.dev'),
  /** Namespaces that get one certificate for all their hosts; {} means all. Rule: a label selector. @default none */
  'namespace-wildcard-cert-selector': structure<LabelSelector>('', labelSelector),
  /** How a service's host is made. Rule: a Go template over .Name, .Namespace, .Domain, .Labels, .Annotations that makes a host. @default {{.Name}}.{{.Namespace}}.{{.Domain}} */
  'domain-template': text('{{.Name}}.{{.Namespace}}.{{.Domain}}'),
  /** How the name of a tag's host is made. Rule: a Go template over .Name and .Tag. @default {{.Tag}}-{{.Name}} */
  'tag-template': text('{{.Tag}}-{{.Name}}'),
  /** Old name of external-domain-tls. Rule: not beside it. @default disabled */
  'auto-tls': word('disabled', 'enabled'),
  /** Certificates for hosts that are reached from outside. @default disabled */
  'external-domain-tls': word('disabled', 'enabled'),
  /** Certificates for hosts within the cluster (alpha). @default disabled */
  'cluster-local-domain-tls': word('disabled', 'enabled'),
  /** Old name of system-internal-tls. Rule: not beside it. @default false */
  'internal-encryption': bool('false'),
  /** TLS from ingress over activator to queue-proxy (alpha). @default disabled */
  'system-internal-tls': word('disabled', 'enabled'),
  /** What a request without TLS gets. Rule: redirected needs certificates; disabled is on its way out. @default enabled */
  'http-protocol': word('enabled', 'redirected', 'disabled'),
  /** Time over which a new revision takes over its traffic, in whole seconds. Rule: 0 or more. @default 0 */
  'rollout-duration': int('0'),
  /** Whether a DomainMapping claims its host by itself. @default false */
  'autocreate-cluster-domain-claims': bool('false'),
  /** Whether pods can be reached by address within a mesh. @default false */
  'enable-mesh-pod-addressability': bool('false'),
  /** Whether pods are reached by the Service's address (enabled), by their own (disabled), or as found out. @default auto */
  'mesh-compatibility-mode': word('auto', 'enabled', 'disabled'),
  /** Scheme of the addresses that services state while they have no certificate. @default http */
  'default-external-scheme': exactly('http', 'https'),
} as const;
