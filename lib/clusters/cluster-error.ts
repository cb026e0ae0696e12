import { ZeroshiftError } from '../messages/error.ts';
import type { ApiAnswer } from './api-request.ts';
import type { FieldConflict } from './definition-port.ts';
import { conflictsIn, missingNamespaceIn, type StatusBody, statusBody } from './status-body.ts';

/** What was asked of the cluster, for the error's first words: `apply Service default/hello`. */
export interface ClusterCall {
  readonly cluster: string;
  readonly what: string;
  /** The API server's message may quote what it was sent, and must not be shown. @default false */
  readonly secret?: boolean;
}

/** An answer with a status that is not a success. */
export type Refusal = ApiAnswer;

/**
 * - `passing`: it may go away by itself: too many requests, a server error, no answer, half of one
 * - `field-conflict`: other managers own fields that would change
 * - `exists`, `changed`: it is there already, or not as it was when it was read
 * - `missing`, `namespace-missing`, `namespace-going`: what is asked for, or the namespace, is not there or on its way out
 * - `refused`: the API server, or a webhook behind it, does not take the object, or not from us
 * - `unauthorized`: there are no valid credentials
 * - `senseless`: this cluster cannot be asked that
 */
export type ClusterReason =
  | 'passing'
  | 'field-conflict'
  | 'exists'
  | 'changed'
  | 'missing'
  | 'namespace-missing'
  | 'namespace-going'
  | 'refused'
  | 'unauthorized'
  | 'senseless';

export interface ClusterErrorDetails {
  readonly reason: ClusterReason;
  /** Of the answer. @default - there was none */
  readonly status?: number;
  /** Milliseconds after which the API server wants to be asked again. @default - it does not say */
  readonly retryAfterMs?: number;
  /** Of `field-conflict`. @default - none */
  readonly conflicts?: readonly FieldConflict[];
  /** Why, without what was asked. */
  readonly why: string;
}

/** What a call to a cluster fails with. */
export class ClusterError extends ZeroshiftError {
  readonly reason: ClusterReason;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly conflicts: readonly FieldConflict[];
  readonly why: string;

  constructor(call: ClusterCall, details: ClusterErrorDetails, cause?: Error) {
    const { code, action } = told[details.reason];
    super(`cannot ${call.what} in cluster ${call.cluster}: ${details.why}`, {
      code,
      source: 'outside',
      action,
      ...(cause === undefined ? {} : { cause }),
    });
    this.reason = details.reason;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
    this.conflicts = details.conflicts ?? [];
    this.why = details.why;
  }
}

const maxMessage = 600;

/** The call took longer than it may, authentication included. */
export class Overdue extends Error {
  constructor(readonly timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
  }
}

const told: Readonly<Record<ClusterReason, { readonly code: string; readonly action: string }>> = {
  passing: { code: 'cluster.unavailable', action: 'try again' },
  'field-conflict': {
    code: 'cluster.conflict',
    action:
      'see who owns what the message names; if it is to be zeroshift, take it away from the other manager first',
  },
  exists: { code: 'cluster.conflict', action: 'see what is there' },
  changed: { code: 'cluster.conflict', action: 'try again' },
  missing: { code: 'cluster.refused', action: 'correct what the message names' },
  'namespace-missing': { code: 'cluster.refused', action: 'make the namespace first' },
  'namespace-going': {
    code: 'cluster.refused',
    action: 'wait until the namespace is gone, and make it anew',
  },
  refused: { code: 'cluster.refused', action: 'correct what the message names' },
  unauthorized: {
    code: 'cluster.unauthorized',
    action: 'check which credentials the kubeconfig or the AWS command line gives for this cluster',
  },
  senseless: { code: 'cluster.refused', action: 'correct what the message names' },
};

/** 410: a list that took too long to read to its end; the others pass by themselves. */
const isPassing = (status: number): boolean => status >= 500 || [408, 410, 429].includes(status);

function reasonOf(status: number, body: StatusBody): ClusterReason {
  if (status === 401) return 'unauthorized';
  if (isPassing(status)) return 'passing';
  if (status === 409) {
    if (conflictsIn(body).length > 0) return 'field-conflict';
    return body.reason === 'AlreadyExists' ? 'exists' : 'changed';
  }
  if (status === 404) return missingNamespaceIn(body) === undefined ? 'missing' : 'namespace-missing';
  const isGoing = (body.details?.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating');
  return isGoing ? 'namespace-going' : 'refused';
}

/** Milliseconds from the header's seconds or date, else from the body. Undefined where nothing is said. */
function retryAfterOf({ status, retryAfter }: Refusal, body: StatusBody, now: number): number | undefined {
  if (!isPassing(status)) return undefined;
  const text = retryAfter?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  if (!Number.isNaN(date)) return Math.max(0, date - now);
  const { retryAfterSeconds } = body.details ?? {};
  return typeof retryAfterSeconds === 'number' && retryAfterSeconds > 0
    ? retryAfterSeconds * 1000
    : undefined;
}

/** The API server said no. */
export function refusedBy(call: ClusterCall, refusal: Refusal, now: number = Date.now()): ClusterError {
  const body = statusBody(refusal.body);
  // Half of an answer does not say why: whoever asks again gets the whole one.
  const isHalf = body === undefined && refusal.contentType?.startsWith('application/json') === true;
  const retryAfterMs = retryAfterOf(refusal, body ?? {}, now);
  return new ClusterError(call, {
    status: refusal.status,
    reason: isHalf ? 'passing' : reasonOf(refusal.status, body ?? {}),
    why: isHalf ? `the answer is not JSON (HTTP ${refusal.status})` : messageOf(call, refusal),
    conflicts: conflictsIn(body ?? {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** Why the API server said no, in its own words where they may be shown. */
export function messageOf(call: ClusterCall, { status, body }: Pick<Refusal, 'status' | 'body'>): string {
  const { message, reason } = statusBody(body) ?? {};
  const words = message === undefined ? firstLine(body) : String(message).slice(0, maxMessage);
  const why = call.secret ? 'its message is not shown because it may quote the secret' : words;
  const label = typeof reason === 'string' ? `HTTP ${status} ${reason}` : `HTTP ${status}`;
  return `${why} (${label})`;
}

/** There was no answer: the connection failed, or the time was over. */
export const unreachable = (call: ClusterCall, cause: Error): ClusterError =>
  new ClusterError(call, { reason: 'passing', why: firstLine(cause.message) }, cause);

/** Credentials could not be had: a plugin is missing or failed. */
export const noCredentials = (call: ClusterCall, cause: Error): ClusterError =>
  new ClusterError(
    call,
    { reason: 'unauthorized', why: `no credentials: ${firstLine(cause.message)}` },
    cause,
  );

/** What was asked makes no sense to this cluster, which did not have to be asked. */
export const senseless = (call: ClusterCall, why: string): ClusterError =>
  new ClusterError(call, { reason: 'senseless', why });

const firstLine = (text: string): string =>
  (text.trim().split('\n')[0] ?? '').slice(0, maxMessage) || 'no reason given';
