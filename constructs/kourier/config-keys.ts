import { configKind, type Written } from '../../lib/validation/index.ts';

const { bool, duration, exactly, float, int, list, text } = configKind;

/** Every key that Kourier's controller reads from `config-kourier`. */
export const kourierConfigKeys = {
  /** Whether the gateway logs the requests of services. @default true */
  'enable-service-access-logging': bool('true'),
  /** How a request's line is made. Rule: Envoy's format, only while requests are logged. @default Envoy's */
  'service-access-log-template': text(''),
  /** Whether connections begin with the PROXY protocol. Rule: only where the load balancer sends it. @default false */
  'enable-proxy-protocol': bool('false'),
  /** Secret with the certificate of hosts within the cluster, in the controller's namespace. @default none */
  'cluster-cert-secret': text(''),
  /** Longest silence of a request; 0s is no limit. Rule: at least 0s. @default 0s */
  'stream-idle-timeout': duration('0s'),
  /** Whether TLS is computed by CryptoMB. Rule: an image of Envoy that has it. @default false */
  'enable-cryptomb': bool('false'),
  /** Addresses at which the gateway listens. Rule: IP addresses. @default 0.0.0.0 */
  'listen-ip-addresses': list('0.0.0.0'),
  /** Proxies before the gateway whose X-Forwarded-For is believed. Rule: 0 or more. @default 0 */
  'trusted-hops-count': int('0'),
  /** Whether the connection's own address is the client's. @default false */
  'use-remote-address': bool('false'),
  /** Cipher suites of TLS from outside, by Envoy's names. @default Envoy's */
  'cipher-suites': list(''),
  /** Whether answers come without Envoy's header server. @default false */
  'disable-envoy-server-header': bool('false'),
  /** Service that is asked whether a request may pass. Rule: host:port. @default none */
  'extauthz-host': text(''),
  /** How it is asked. Rule: only with extauthz-host. @default grpc */
  'extauthz-protocol': exactly('grpc', 'http', 'https'),
  /** Whether requests pass while it does not answer. Rule: only with extauthz-host. @default false */
  'extauthz-failure-mode-allow': bool('false'),
  /** Most of a request's body that it is sent, in bytes. Rule: 0 or more, only with extauthz-host. @default 8192 */
  'extauthz-max-request-body-bytes': int('8192'),
  /** Longest wait for it, in milliseconds. Rule: 0 or more, only with extauthz-host. @default 2000 */
  'extauthz-timeout': int('2000'),
  /** What comes before the path at which it is asked. Rule: only with extauthz-host. @default none */
  'extauthz-path-prefix': text(''),
  // The example of the release names it without its last letter; that name would be ignored.
  /** Whether it is sent the body as bytes. Rule: only with extauthz-host. @default false */
  'extauthz-pack-as-bytes': bool('false'),
  /** Secret with the one certificate of all hosts. Rule: only with certs-secret-namespace. @default none */
  'certs-secret-name': text(''),
  /** Namespace of that Secret. Rule: only with certs-secret-name. @default none */
  'certs-secret-namespace': text(''),
  /** Where traces go. Rule: a URL with a port. @default none */
  'tracing-endpoint': text(''),
  /** How they are sent. Rule: only with tracing-endpoint. @default grpc */
  'tracing-protocol': exactly('grpc', 'http/protobuf'),
  /** Share of requests that are traced. Rule: 0 to 1, only with tracing-endpoint. @default 1.0 */
  'tracing-sampling-rate': float('1.0'),
  /** Name of the gateway in traces. Rule: only with tracing-endpoint. @default kourier-knative */
  'tracing-service-name': text('kourier-knative'),
} as const;

/** Settings of the gateway, each key as upstream names it. What is left out has its default. */
export interface KourierConfig extends Written<typeof kourierConfigKeys> {}
