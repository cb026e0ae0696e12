import { bool, duration, exactly, list, listOf, quantity, structure, text } from './kinds.ts';
import { runtimeClasses } from './shapes.ts';

/** Cipher suites of TLS 1.2 that Go holds for secure. */
const cipherSuites = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
] as const;

const curves = [
  ...(['CurveP256', 'CurveP384', 'CurveP521', 'X25519', 'X25519MLKEM768'] as const),
  ...(['P-256', 'P-384', 'P-521'] as const),
] as const;

/** Runtime class → which services run in it; without a selector all others. */
export type RuntimeClasses = Readonly<
  Record<string, { readonly selector?: Readonly<Record<string, string>> }>
>;

/** `config-deployment`: the queue-proxy, and the Deployment of a revision. */
export const deploymentKeys = {
  /** Image of the queue-proxy. Rule: not empty. @default the release's, by digest */
  'queue-sidecar-image': text(''),
  /** Registries whose tags stay tags instead of digests. @default kind.local,ko.local,dev.local */
  'registries-skipping-tag-resolving': list('kind.local,ko.local,dev.local'),
  /** Longest look-up of a tag's digest. Rule: above 0s. @default 10s */
  'digest-resolution-timeout': duration('10s'),
  /** Time in which a revision's Deployment must get ahead. Rule: whole seconds, above 0s. @default 600s */
  'progress-deadline': duration('600s'),
  /** CPU that each queue-proxy asks for. Rule: at most its limit. @default 25m */
  'queue-sidecar-cpu-request': quantity('25m'),
  /** CPU that each queue-proxy may use. @default none */
  'queue-sidecar-cpu-limit': quantity(''),
  /** Memory that each queue-proxy asks for. Rule: at most its limit. @default none */
  'queue-sidecar-memory-request': quantity(''),
  /** Memory that each queue-proxy may use. @default none */
  'queue-sidecar-memory-limit': quantity(''),
  /** Disk that each queue-proxy asks for. Rule: at most its limit. @default none */
  'queue-sidecar-ephemeral-storage-request': quantity(''),
  /** Disk that each queue-proxy may use. @default none */
  'queue-sidecar-ephemeral-storage-limit': quantity(''),
  /** Audiences of tokens that extensions of the queue-proxy are given. @default none */
  'queue-sidecar-token-audiences': list(''),
  /** PEM of a root certificate that those extensions trust. @default none */
  'queue-sidecar-rootca': text(''),
  /** Oldest TLS between activator and queue-proxy. Rule: at most the newest, only with system-internal-tls. @default 1.3 */
  'queue-sidecar-tls-min-version': exactly('', '1.2', '1.3'),
  /** Newest TLS between them. Rule: at least the oldest, only with system-internal-tls. @default the newest */
  'queue-sidecar-tls-max-version': exactly('', '1.2', '1.3'),
  /** Its cipher suites, by Go's names. Rule: only where TLS 1.2 is the oldest, and with system-internal-tls. @default Go's */
  'queue-sidecar-tls-cipher-suites': listOf(cipherSuites),
  /** Its curves, by Go's names. Rule: only with system-internal-tls. @default Go's */
  'queue-sidecar-tls-curve-preferences': listOf(curves),
  /** How pods of a revision are placed; it is a wish. @default prefer-spread-revision-over-nodes */
  'default-affinity-type': exactly('prefer-spread-revision-over-nodes', 'none'),
  /** Runtime class of services by their labels; the closest match counts. Rule: classes with a selector of labels. @default none */
  'runtime-class-name': structure<RuntimeClasses>('', runtimeClasses),
  /** Whether a pod without a node is no failure, as where nodes are made on demand. @default false */
  'pod-is-always-schedulable': bool('false'),
} as const;
