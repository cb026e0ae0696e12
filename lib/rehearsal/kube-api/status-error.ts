/** One thing that is wrong, as a `Status` lists it. */
export interface StatusCause {
  readonly reason?: string;
  readonly message: string;
  readonly field?: string;
}

/** Kubernetes' `Status`, the answer of a refusal. */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  /** `continue`: how an expired list may go on. */
  readonly metadata: { readonly continue?: string };
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly uid?: string;
    readonly causes?: readonly StatusCause[];
    readonly retryAfterSeconds?: number;
  };
  readonly code?: number;
}

/** A refusal by the API server; `status` is what goes over the wire. */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly status: Status;

  constructor(
    code: number,
    reason: string,
    message: string,
    details?: Status['details'],
    metadata: Status['metadata'] = {},
  ) {
    super(message);
    this.name = 'StatusError';
    this.code = code;
    this.reason = reason;
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata,
      status: 'Failure',
      message,
      reason,
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
}

/** `services.serving.knative.dev` → its parts, as `details` has them. */
const details = (resource: string, name: string): NonNullable<Status['details']> => {
  const [plural = resource, ...group] = resource.split('.');
  return { name, ...(group.length === 0 ? {} : { group: group.join('.') }), kind: plural };
};

/** The API server's refusals, with its codes, reasons and the shape of its messages. */
export const refuse = {
  notFound: (resource: string, name: string): StatusError =>
    new StatusError(404, 'NotFound', `${resource} "${name}" not found`, details(resource, name)),
  alreadyExists: (resource: string, name: string): StatusError =>
    new StatusError(409, 'AlreadyExists', `${resource} "${name}" already exists`, details(resource, name)),
  conflict: (
    resource: string,
    name: string,
    why = 'the object has been modified; please apply your changes to the latest version and try again',
  ): StatusError =>
    new StatusError(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${resource} "${name}": ${why}`,
      details(resource, name),
    ),
  /** Server-side apply: each cause names a field and who owns it. */
  applyConflict: (causes: readonly StatusCause[]): StatusError => {
    const count = causes.length;
    const what = causes.map((cause) => `${cause.message}: ${cause.field}`).join(', ');
    return new StatusError(
      409,
      'Conflict',
      `Apply failed with ${count} conflict${count === 1 ? '' : 's'}: ${what}`,
      { causes },
    );
  },
  invalid: (group: string, kind: string, name: string, causes: readonly StatusCause[]): StatusError => {
    const what = causes.map((cause) => (cause.field ? `${cause.field}: ${cause.message}` : cause.message));
    const text = what.length === 1 ? what[0] : `[${what.join(', ')}]`;
    const qualified = group === '' ? kind : `${kind}.${group}`;
    return new StatusError(422, 'Invalid', `${qualified} "${name}" is invalid: ${text}`, {
      name,
      ...(group === '' ? {} : { group }),
      kind,
      causes,
    });
  },
  badRequest: (message: string): StatusError => new StatusError(400, 'BadRequest', message),
  unauthorized: (): StatusError => new StatusError(401, 'Unauthorized', 'Unauthorized'),
  forbidden: (resource: string, name: string, why: string, causes?: readonly StatusCause[]): StatusError =>
    new StatusError(403, 'Forbidden', `${resource} "${name}" is forbidden: ${why}`, {
      ...details(resource, name),
      ...(causes === undefined ? {} : { causes }),
    }),
  unknownPath: (): StatusError =>
    new StatusError(404, 'NotFound', 'the server could not find the requested resource', {}),
  methodNotAllowed: (): StatusError =>
    new StatusError(
      405,
      'MethodNotAllowed',
      'the server does not allow this method on the requested resource',
      {},
    ),
  /** @param token with which a list may go on at a later moment. @default - it may not */
  expired: (message: string, token?: string): StatusError =>
    new StatusError(410, 'Expired', message, undefined, token === undefined ? {} : { continue: token }),
  tooLarge: (limit: number): StatusError =>
    new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`),
  unsupportedMediaType: (given: string, allowed: readonly string[]): StatusError =>
    new StatusError(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: ${allowed.join(', ')} (given: ${given})`,
    ),
  unavailable: (message: string): StatusError => new StatusError(503, 'ServiceUnavailable', message),
  internal: (message: string): StatusError =>
    new StatusError(500, 'InternalError', `Internal error occurred: ${message}`),
};
