import { ZeroshiftError } from '../messages/error.ts';

/** What was asked of the accelerator, for the error's first words. */
export interface AcceleratorCall {
  readonly verb: 'read' | 'write';
  readonly subject: string;
}

type TrafficCode = 'traffic.unavailable' | 'traffic.refused' | 'traffic.denied' | 'traffic.not-found';

const notFound = /^(Accelerator|Listener|EndpointGroup|Attachment)NotFoundException$/;
const denied =
  /^(AccessDenied|UnrecognizedClient|InvalidSignature|IncompleteSignature|ExpiredToken|MissingAuthenticationToken|NotAuthorized|OptInRequired|InvalidClientTokenId|CredentialsProvider|TokenProvider)(Exception|Error)?$/;
// InternalServiceErrorException comes with status 400, so the status alone would call it a refusal.
const passing =
  /^(TransactionInProgress|Conflict|InternalService|InternalServiceError|Throttling|ThrottledException|TooManyRequests|RequestTimeout|RequestExpired|ServiceUnavailable|Timeout)(Exception|Error)?$/;

const actions: Readonly<Record<TrafficCode, string>> = {
  'traffic.unavailable': 'try again',
  'traffic.refused': 'correct what the message names',
  'traffic.denied':
    'check which credentials are in use and that they allow globalaccelerator:DescribeAccelerator, DescribeEndpointGroup, UpdateEndpointGroup and, with endpoints of other accounts, ListCrossAccountResources',
  'traffic.not-found': "check the locator's ARNs and the account of the credentials",
};

/** The call took longer than it may, its retries included. */
class Overdue extends Error {
  constructor(readonly timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
  }
}

/** Runs a call and gives it up after the time, also where it does not listen to the signal (credentials being fetched). */
export async function withinDeadline<T>(
  timeoutMs: number,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Overdue(timeoutMs));
      controller.abort();
    }, timeoutMs);
  });
  try {
    return await Promise.race([run(controller.signal), overdue]);
  } finally {
    clearTimeout(timer);
  }
}

/** An answer that lacks what the service always says: whatever answered, it cannot be built upon. */
export const incompleteAnswer = (call: AcceleratorCall, missing: string): ZeroshiftError =>
  trafficError('traffic.unavailable', call, `the answer lacks ${missing}`, undefined);

/** What the SDK threw as an error for people; what is no failure of the call is a bug and comes back as it is. */
export function asTrafficError(error: unknown, call: AcceleratorCall): unknown {
  if (!(error instanceof Error) || error instanceof ZeroshiftError) return error;
  const code = codeOf(error);
  // Only the first line: below it, a refused signature repeats the signed headers, the session token among them.
  const firstLine = (error.message.split('\n')[0] ?? '').slice(0, 300);
  return code === undefined ? error : trafficError(code, call, firstLine || error.name, error);
}

function codeOf(error: Error): TrafficCode | undefined {
  const { name, status, network, answered } = traits(error);
  if (error instanceof Overdue || network || passing.test(name)) return 'traffic.unavailable';
  if (notFound.test(name)) return 'traffic.not-found';
  if (denied.test(name)) return 'traffic.denied';
  if (!answered) return undefined;
  if (status === 401 || status === 403) return 'traffic.denied';
  const refused = status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429;
  return refused ? 'traffic.refused' : 'traffic.unavailable';
}

/** What can be told from an error of the SDK: exceptions of the service carry `$metadata`, sockets a `code`. */
function traits(error: Error) {
  const { name, code, $metadata, $response } = error as Error & {
    readonly code?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly $response?: { readonly statusCode?: number };
  };
  const network =
    (typeof code === 'string' && /^(E[A-Z]+|UND_ERR_.*|ERR_(SSL|TLS)_.*|CERT_.*)$/.test(code)) ||
    name === 'AbortError';
  return {
    name,
    network,
    status: $metadata?.httpStatusCode ?? $response?.statusCode,
    answered: $metadata !== undefined || $response !== undefined,
  };
}

function trafficError(
  code: TrafficCode,
  call: AcceleratorCall,
  why: string,
  cause: Error | undefined,
): ZeroshiftError {
  // A write that got no answer may have been accepted all the same.
  const unsure = code === 'traffic.unavailable' && call.verb === 'write';
  return new ZeroshiftError(`cannot ${call.verb} ${call.subject}: ${why}`, {
    code,
    source: 'outside',
    action: unsure
      ? 'read the endpoint group, for the write may have been accepted; then try again'
      : actions[code],
    ...(cause !== undefined && { cause }),
  });
}
