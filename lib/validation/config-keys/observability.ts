import { bool, duration, exactly, float, text } from './kinds.ts';

const metricsProtocol = () => exactly('none', 'prometheus', 'http/protobuf', 'grpc');

/** `config-observability`: logs of requests, metrics, traces, profiles. */
export const observabilityKeys = {
  /** Whether /var/log of the containers is kept where an agent of the node finds it. @default false */
  'logging.enable-var-log-collection': bool('false'),
  /** Address of a revision's logs, for its status; ${REVISION_UID} stands for the revision. @default none */
  'logging.revision-url-template': text(''),
  /** How a request's line is made. Rule: a Go template, only with logging.enable-request-log. @default a JSON line */
  'logging.request-log-template': text(''),
  /** Whether each request is logged. Rule: needs a template. @default false */
  'logging.enable-request-log': bool('false'),
  /** Whether probes are logged too. Rule: only with logging.enable-request-log. @default false */
  'logging.enable-probe-request-log': bool('false'),
  /** How the parts of Serving send metrics. @default none */
  'metrics-protocol': metricsProtocol(),
  /** Where to. Rule: needed with http/protobuf and grpc, none with none; host:port to listen at with prometheus. @default none */
  'metrics-endpoint': text(''),
  /** How often. Rule: at least 0s, only with http/protobuf and grpc. @default 60s */
  'metrics-export-interval': duration('60s'),
  /** How queue-proxies send metrics of requests. @default none */
  'request-metrics-protocol': metricsProtocol(),
  /** Where to. Rule: as metrics-endpoint. @default none */
  'request-metrics-endpoint': text(''),
  /** How often. Rule: as metrics-export-interval. @default 60s */
  'request-metrics-export-interval': duration('60s'),
  /** Whether Go's profiler answers on port 8008. @default disabled */
  'runtime-profiling': exactly('disabled', 'enabled'),
  /** How often the Go runtime is measured. Rule: at least 0s, only where metrics-protocol is not none. @default 15s */
  'runtime-export-interval': duration('15s'),
  /** How traces are sent. @default none */
  'tracing-protocol': exactly('none', 'stdout', 'http/protobuf', 'grpc'),
  /** Where to. Rule: needed with http/protobuf and grpc, none otherwise. @default none */
  'tracing-endpoint': text(''),
  /** Share of requests that are traced. Rule: 0 to 1, only where tracing-protocol is not none. @default 0 */
  'tracing-sampling-rate': float('0'),
} as const;
