import type { NoAnswer, PresentedCertificate } from '../../metrics/entrance-port.ts';

type Presented = PresentedCertificate | NoAnswer;

const day = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** What is wrong with a certificate for a host, whoever looks. */
function faultOf({ covers, validFrom, validTo, subject, selfSigned }: PresentedCertificate, now: number) {
  if (!covers)
    return `the certificate of ${subject || 'nobody'} does not cover it${selfSigned ? ', and is signed by itself: most likely the default of the gateway' : ''}`;
  if (now > validTo) return `its certificate expired on ${day(validTo)}`;
  return now < validFrom ? `its certificate is valid from ${day(validFrom)} only` : undefined;
}

export interface CertificateComparison {
  /** A clause. @default - the target's is as good as the source's */
  readonly difference?: string;
  /** What was not compared, and why. */
  readonly note?: string;
}

/**
 * Whether who came to the source by TLS can come to the target so too. Only where the source has a certificate for the
 * host: what it does not offer is no matter of the migration.
 * @param now milliseconds since the epoch
 */
export function compareCertificates(
  source: Presented,
  target: Presented,
  now: number,
): CertificateComparison {
  if ('error' in source || !source.covers) return {};
  const sources = faultOf(source, now);
  if ('error' in target) return { difference: `TLS fails: ${target.error}` };
  const fault = faultOf(target, now);
  if (fault !== undefined)
    return sources === undefined
      ? { difference: fault }
      : { note: `${fault}; on the source as well: ${sources}` };
  if (target.selfSigned && !source.selfSigned)
    return { difference: `its certificate is signed by itself instead of by ${source.issuer}` };
  if (source.untrusted === undefined && target.untrusted !== undefined)
    return {
      difference: `its certificate by ${target.issuer} is not vouched for by known authorities (${target.untrusted}), while the source's is`,
    };
  if (target.issuer === source.issuer && target.chainLength < source.chainLength)
    return {
      difference: `${target.chainLength} certificates are presented instead of ${source.chainLength}: the one of ${target.issuer} is missing`,
    };
  return {};
}
