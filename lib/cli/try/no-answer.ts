import type { Colour } from '../../fleet/colour.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import type { PresentedCertificate } from '../../metrics/entrance-port.ts';
import type { NoAnswer } from './ask.ts';
import type { EntranceTry } from './target.ts';

/** Where it was tried. */
export interface TriedAt extends EntranceTry {
  readonly colour: Colour;
  readonly region: string;
}

/** What Node says of a certificate that it does not accept. */
const certificateCodes =
  /^(CERT_|ERR_TLS_CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(VERIFY|GET)|HOSTNAME_MISMATCH|INVALID_PURPOSE|ERROR_IN_CERT)/;

export const isAboutCertificate = ({ code }: NoAnswer): boolean => certificateCodes.test(code);

/** A try that came to nothing, as an error that says what to look at. */
export function tryError(at: TriedAt, failure: NoAnswer, certificate?: PresentedCertificate): ZeroshiftError {
  const where = `the entrance of ${at.colour} in ${at.region}`;
  const error = (code: string, message: string, action: string): ZeroshiftError =>
    new ZeroshiftError(`${message}: ${failure.message}`, {
      code: `try.${code}`,
      source: 'outside',
      action,
      cause: failure,
    });
  if (isAboutCertificate(failure))
    return new ZeroshiftError(
      `the certificate of ${where} is not accepted for ${at.host}: ${failure.message}`,
      {
        code: 'try.certificate',
        source: 'outside',
        problems:
          certificate === undefined
            ? []
            : [
                {
                  where: 'certificate',
                  found: presentedText(certificate),
                  allowed: `one that covers ${at.host}, is valid now and is vouched for by a root that this machine trusts`,
                },
              ],
        action:
          'give the entrance (entrance.tls) or the gateway a certificate for this host; for roots of your own set NODE_EXTRA_CA_CERTS to their file',
        cause: failure,
      },
    );
  // A load balancer without targets may reset a connection before anything here has seen it stand.
  const taken = failure.stage === 'connect' && failure.code === 'ECONNRESET';
  switch (taken ? 'answer' : failure.stage) {
    case 'connect':
      return connectError(at, where, failure, error);
    case 'handshake':
      return error(
        'no-tls',
        `${where} takes the connection and does not come to terms about TLS`,
        `see who ends TLS at port ${at.port} (docs/manifests.md), and whether a target is healthy; without TLS: http://${at.host}${at.path}`,
      );
    case 'answer':
      return error(
        'no-answer',
        failure.code === 'TIMEOUT'
          ? `${where} takes the connection, and no answer began`
          : `${where} takes the connection and closes it without an answer, as it does where no target is healthy`,
        `look at its targets (aws elbv2 describe-target-health) and at the gateways (kubectl get pods,targetgroupbindings --namespace kourier-system)${failure.code === 'TIMEOUT' ? ', and whether the service starts (kubectl get revisions --all-namespaces)' : ''}`,
      );
    case 'body':
      return error('cut', `the answer through ${where} broke off`, "look at the service's log");
  }
}

function connectError(
  { address, port }: TriedAt,
  where: string,
  { code }: NoAnswer,
  error: (code: string, message: string, action: string) => ZeroshiftError,
): ZeroshiftError {
  if (/^(ENOTFOUND|EAI_)/.test(code))
    return error(
      'no-address',
      `${where} has no address that this machine knows`,
      `its name ${address.replace(/:\d+$/, '')} comes from the locator: a new load balancer is known after some minutes; else deploy the stack again`,
    );
  if (code === 'ECONNREFUSED')
    return error(
      'refused',
      `${where} refuses the connection at ${address}`,
      `nothing listens there: see whether its load balancer is there and has a listener on port ${port}`,
    );
  return error(
    'no-connection',
    `${where} does not take the connection at ${address}`,
    'see whether its security group admits this machine, and whether its load balancer can be reached from here',
  );
}

const presentedText = ({ subject, issuer, validFrom, validTo, covers }: PresentedCertificate): string =>
  `${covers ? 'it covers the host' : 'it does not cover the host'}; of ${subject || 'no name'}, by ${issuer || 'no name'}, valid from ${dayOf(validFrom)} to ${dayOf(validTo)}`;

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** The gateway knows no such host. @param hosts that the fleet gives this colour */
export function unknownHost(at: TriedAt, hosts: readonly string[], near: string | undefined): ZeroshiftError {
  const { colour, region, host } = at;
  const there = `zeroshift inventory --colour ${colour}`;
  const defined = hosts.includes(host);
  return new ZeroshiftError(`the gateway of ${colour} in ${region} knows no service of this host`, {
    code: 'try.unknown-host',
    source: 'outside',
    problems: [
      {
        where: 'HOST',
        value: host,
        allowed: defined
          ? 'a host whose service is there and ready'
          : hosts.length === 0
            ? 'a host of a service there; the fleet defines none'
            : `one of the fleet's hosts, if it is there already: ${listed(hosts)}`,
      },
    ],
    action: defined
      ? `the fleet defines it: see whether its service has been applied and is ready, with ${there}`
      : near === undefined
        ? `see what is there: ${there}`
        : `did you mean ${near}? What is there: ${there}`,
  });
}

/** So many names a reader goes through. */
const listedAtMost = 20;

const listed = (names: readonly string[]): string =>
  names.length <= listedAtMost
    ? names.join(', ')
    : `${names.slice(0, listedAtMost).join(', ')} and ${names.length - listedAtMost} more`;
