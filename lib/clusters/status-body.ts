import type { FieldConflict } from './definition-port.ts';

/** A `Status`, as an API server answers what it refuses. */
export interface StatusBody {
  readonly message?: string;
  readonly reason?: string;
  readonly details?: {
    readonly kind?: string;
    readonly name?: string;
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly {
      readonly reason?: string;
      readonly message?: string;
      readonly field?: string;
    }[];
  };
}

/** Undefined for what is no JSON object: a proxy or a load balancer answered, or a pod. */
export function statusBody(body: string): StatusBody | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as StatusBody) : undefined;
  } catch {
    return undefined;
  }
}

/** The fields that other managers own, and who they are. */
export const conflictsIn = ({ details }: StatusBody): FieldConflict[] =>
  (details?.causes ?? []).flatMap(({ reason, message = '', field = '' }) =>
    reason === 'FieldManagerConflict' ? [{ owner: message.replace(/^conflict with /, ''), field }] : [],
  );

/** The namespace that an object would be in, where it is not there. */
export const missingNamespaceIn = ({ details: { kind, name } = {} }: StatusBody): string | undefined =>
  kind === 'namespaces' ? name : undefined;

/** The webhook for whose side effects a dry run was refused, before it was asked. */
export const unaskableIn = ({ message = '' }: StatusBody): string | undefined =>
  /admission webhook "([^"]+)" does not support dry run/.exec(String(message))?.[1];
