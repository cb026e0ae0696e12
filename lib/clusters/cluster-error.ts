import { ZeroshiftError } from '../messages/error.ts';

/** What was asked of the cluster, for the error's first words: `apply Service default/hello`. */
export interface ClusterCall {
  readonly cluster: string;
  readonly what: string;
  /** The API server's message may quote what it was sent, and must not be shown. @default false */
  readonly secret?: boolean;
}

/** An answer with a status that is not a success. */
export interface Refusal {
  readonly status: number;
  readonly body: string;
}

const maxMessage = 600;

/** The call took longer than it may, authentication included. */
export class Overdue extends Error {
  constructor(readonly timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
  }
}

const codes = {
  'cluster.unavailable': 'try again',
  'cluster.conflict':
    'see who owns what the message names; if it is to be zeroshift, take it away from the other manager first',
  'cluster.unauthorized':
    'check which credentials the kubeconfig or the AWS command line gives for this cluster',
  'cluster.refused': 'correct what the message names',
} as const;

function codeOf(status: number): keyof typeof codes {
  if (status === 409) return 'cluster.conflict';
  if (status === 401) return 'cluster.unauthorized';
  // 410: a list that took too long to read to its end; the others pass by themselves.
  if (status >= 500 || [408, 410, 429].includes(status)) return 'cluster.unavailable';
  return 'cluster.refused';
}

/** The API server said no. */
export const refusedBy = (call: ClusterCall, refusal: Refusal): ZeroshiftError =>
  clusterError(codeOf(refusal.status), call, messageOf(call, refusal));

/** Why the API server said no, in its own words where they may be shown. */
export function messageOf(call: ClusterCall, { status, body }: Refusal): string {
  const { reason, message } = readStatus(body);
  const why = call.secret ? 'its message is not shown because it may quote the secret' : message;
  const label = reason === undefined ? `HTTP ${status}` : `HTTP ${status} ${reason}`;
  return `${why} (${label})`;
}

/** There was no answer: the connection failed, or the time was over. */
export const unreachable = (call: ClusterCall, cause: Error): ZeroshiftError =>
  clusterError('cluster.unavailable', call, firstLine(cause.message), cause);

/** Credentials could not be had: a plugin is missing or failed. */
export const noCredentials = (call: ClusterCall, cause: Error): ZeroshiftError =>
  clusterError('cluster.unauthorized', call, `no credentials: ${firstLine(cause.message)}`, cause);

/** What was asked makes no sense to this cluster, which did not have to be asked. */
export const senseless = (call: ClusterCall, why: string): ZeroshiftError =>
  clusterError('cluster.refused', call, why);

function clusterError(
  code: keyof typeof codes,
  call: ClusterCall,
  why: string,
  cause?: Error,
): ZeroshiftError {
  return new ZeroshiftError(`cannot ${call.what} in cluster ${call.cluster}: ${why}`, {
    code,
    source: 'outside',
    action: codes[code],
    ...(cause === undefined ? {} : { cause }),
  });
}

const firstLine = (text: string): string =>
  (text.trim().split('\n')[0] ?? '').slice(0, maxMessage) || 'no reason given';

/** Reason and message of a `Status`; of any other body its first line. */
function readStatus(body: string): { reason?: string; message: string } {
  try {
    const status: unknown = JSON.parse(body);
    if (typeof status === 'object' && status !== null && 'message' in status) {
      const { message, reason } = status as { message: unknown; reason?: unknown };
      return {
        message: String(message).slice(0, maxMessage),
        ...(typeof reason === 'string' ? { reason } : {}),
      };
    }
  } catch {
    // Not JSON: a proxy or a load balancer answered, or a pod.
  }
  return { message: firstLine(body) };
}
