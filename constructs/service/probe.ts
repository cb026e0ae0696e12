import { type Time, timeSeconds } from './time.ts';

interface ProbeTimes {
  /** @default - at once */
  readonly initialDelay?: Time;
  /** @default - Knative's own fast probing for readiness, else 10s */
  readonly period?: Time;
  /** @default 1s */
  readonly timeout?: Time;
  /** Failures in a row that count. @default 3 */
  readonly failureThreshold?: number;
  /** Successes in a row that count. @default 1 */
  readonly successThreshold?: number;
}

/** How Kubernetes asks a container how it is. Without a port the container's own is meant. */
export type ProbeProps = ProbeTimes &
  (
    | { readonly http: { readonly path: string; readonly port?: number } }
    | { readonly tcp: { readonly port?: number } }
    | { readonly exec: readonly string[] }
  );

const given = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const seconds = (time: Time | undefined) => (time === undefined ? undefined : timeSeconds(time));

/** The probe as a pod spec has it. */
export function renderProbe(probe: ProbeProps): Record<string, unknown> {
  return given({
    // Port 0 is the container's own port to Knative.
    httpGet: 'http' in probe ? { path: probe.http.path, port: probe.http.port ?? 0 } : undefined,
    tcpSocket: 'tcp' in probe ? { port: probe.tcp.port ?? 0 } : undefined,
    exec: 'exec' in probe ? { command: [...probe.exec] } : undefined,
    initialDelaySeconds: seconds(probe.initialDelay),
    periodSeconds: seconds(probe.period),
    timeoutSeconds: seconds(probe.timeout),
    failureThreshold: probe.failureThreshold,
    successThreshold: probe.successThreshold,
  });
}
