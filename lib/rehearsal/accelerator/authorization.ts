import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from './api-error.ts';

const pattern =
  /^AWS4-HMAC-SHA256 Credential=[^/, ]+\/(\d{8})\/([^/, ]+)\/([^/, ]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=[0-9a-f]{64}$/;

/** What a request must be signed for. */
export interface SigningScope {
  readonly region: string;
  readonly service: string;
}

/**
 * Refuses a request that AWS would refuse for how it is signed: not at all, or for another region or service. The
 * signature itself is not computed: there is no secret here to do it with.
 */
export function checkAuthorization(headers: IncomingHttpHeaders, scope: SigningScope): void {
  const given = headers.authorization;
  if (given === undefined)
    throw new ApiError('MissingAuthenticationTokenException', 'the request is not signed', 403);
  const [, date, region, service, signed] = pattern.exec(given) ?? [];
  const timestamp = headers['x-amz-date'];
  if (date === undefined || signed === undefined || typeof timestamp !== 'string')
    throw new ApiError(
      'IncompleteSignatureException',
      'the Authorization header is not of signature version 4',
    );
  if (region !== scope.region)
    throw invalidSignature(`the credential is scoped to the region ${region}, not to ${scope.region}`);
  if (service !== scope.service)
    throw invalidSignature(`the credential is scoped to the service ${service}, not to ${scope.service}`);
  if (!timestamp.startsWith(date))
    throw invalidSignature('the date of the credential is not that of the request');
  const headersSigned = signed.split(';');
  for (const needed of ['host', 'x-amz-date'])
    if (!headersSigned.includes(needed)) throw invalidSignature(`the header ${needed} is not signed`);
}

const invalidSignature = (message: string): ApiError => new ApiError('InvalidSignatureException', message);
