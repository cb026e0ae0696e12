import { given } from './given.ts';
import {
  type Kind,
  lines,
  named,
  object,
  path,
  seconds,
  text,
  textThat,
  variant,
  whole,
  word,
} from './kinds.ts';
import { type Time, timeSeconds } from './time.ts';

interface ProbeTimes {
  /** Whole seconds. @default - at once */
  readonly initialDelay?: Time;
  /** Whole seconds. @default - Knative's own fast probing for readiness, else 10s */
  readonly period?: Time;
  /** Whole seconds. @default 1s */
  readonly timeout?: Time;
  /** Failures in a row that count. @default 3 */
  readonly failureThreshold?: number;
  /** Successes in a row that count; 1 for liveness and start-up. @default 1 */
  readonly successThreshold?: number;
}

export interface HttpProbeProps {
  readonly path: string;
  /** @default - the container's own */
  readonly port?: number;
  /** @default 'HTTP' */
  readonly scheme?: 'HTTP' | 'HTTPS';
  /** Name → value, such as a `Host` of its own. @default - none */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface GrpcProbeProps {
  /** @default - the container's own */
  readonly port?: number;
  /** Name of the service that is asked for. @default - the server as a whole */
  readonly service?: string;
}

/** How Kubernetes asks a container how it is. Without a port the container's own is meant. */
export type ProbeProps = ProbeTimes &
  (
    | { readonly http: HttpProbeProps }
    | { readonly tcp: { readonly port?: number } }
    | { readonly grpc: GrpcProbeProps }
    | { readonly exec: readonly string[] }
  );

const port = whole(1, 65_535);
const headerName = textThat('a header such as X-Probe', (name) => /^[-A-Za-z0-9]+$/.test(name));
const count = whole(1, 2 ** 31 - 1);

const times = {
  initialDelay: seconds(0),
  period: seconds(0),
  timeout: seconds(1),
  failureThreshold: count,
};

/** The shape of a probe. `successes`: whether it may ask for several successes in a row. */
export const probeKind = (successes: boolean): Kind => {
  const all = { ...times, successThreshold: successes ? count : whole(1, 1) };
  return variant({
    http: object({
      http: object<HttpProbeProps>(
        { path, port, scheme: word('HTTP', 'HTTPS'), headers: named(text, headerName) },
        ['path'],
      ),
      ...all,
    }),
    tcp: object({ tcp: object({ port }), ...all }),
    grpc: object({ grpc: object<GrpcProbeProps>({ port, service: text }), ...all }),
    exec: object({ exec: lines(1), ...all }),
  });
};

const inSeconds = (time: Time | undefined) => (time === undefined ? undefined : timeSeconds(time));

const headers = (named: Readonly<Record<string, string>> | undefined) =>
  named === undefined ? undefined : Object.entries(named).map(([name, value]) => ({ name, value }));

/**
 * The probe as a pod spec has it. `own`: the container's port, which gRPC has to be told. `told`: Knative does not fill
 * the port in for any handler, as for start-up.
 */
export function renderProbe(
  probe: ProbeProps,
  own: number | undefined,
  told: boolean,
): Record<string, unknown> {
  // Port 0 is the container's own port to Knative.
  const standard = (told ? own : undefined) ?? 0;
  return given({
    httpGet:
      'http' in probe
        ? given({
            path: probe.http.path,
            port: probe.http.port ?? standard,
            scheme: probe.http.scheme,
            httpHeaders: headers(probe.http.headers),
          })
        : undefined,
    tcpSocket: 'tcp' in probe ? { port: probe.tcp.port ?? standard } : undefined,
    grpc:
      'grpc' in probe ? given({ port: probe.grpc.port ?? own ?? 0, service: probe.grpc.service }) : undefined,
    exec: 'exec' in probe ? { command: [...probe.exec] } : undefined,
    initialDelaySeconds: inSeconds(probe.initialDelay),
    periodSeconds: inSeconds(probe.period),
    timeoutSeconds: inSeconds(probe.timeout),
    failureThreshold: probe.failureThreshold,
    successThreshold: probe.successThreshold,
  });
}
