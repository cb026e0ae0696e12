import type { Condition } from './conditions.ts';

/** Characters of somebody else's words that are shown. */
const saidLength = 240;

/**
 * The first line of what somebody says, as a part of a sentence. What an application said last is left out: nobody knows
 * what is in it.
 */
export function said(message: string): string {
  const [line = ''] = message
    .replace(/Container failed with: .*/s, 'its container ended')
    .trim()
    .split('\n');
  const text = line.trim().replace(/\.+$/, '');
  return text.length <= saidLength ? text : `${text.slice(0, saidLength - 1)}…`;
}

const because = (clause: string, message: string): string =>
  said(message) === '' ? clause : `${clause}: ${said(message)}`;

/** Kubelets say why they have no image in these words. */
export const isPullReason = (reason: string): boolean =>
  /^(ImagePullBackOff|ErrImagePull|ErrImageNeverPull|InvalidImageName|ImageInspectError|RegistryUnavailable)$/.test(
    reason,
  );

/** What is wrong with an image: what the registry says, without the kubelet's words around it. */
export function imageCause(image: string, message: string): string {
  const inner = /failed to resolve image to digest: (.*)/s.exec(message)?.[1] ?? message;
  const why = said(inner.replace(/^Back-off pulling image "[^"]*"(: \w+: )?/, ''));
  const named = image === '' ? 'its image' : `its image ${image}`;
  return why === '' ? `${named} cannot be pulled` : `${named} cannot be pulled: ${why}`;
}

/** Why no pod is made. */
export const creationCause = (message: string): string => {
  const quota = /exceeded quota: (.*)/s.exec(message)?.[1] ?? /failed quota: (.*)/s.exec(message)?.[1];
  if (quota !== undefined) return because('a quota of its namespace has no room for its pods', quota);
  return because('its pods are refused', message.replace(/^.*? is forbidden: /s, ''));
};

export const schedulingCause = (message: string): string => because('no node takes its pod', message);

export const exitCause = (container: string, exitCode: number, more = ''): string =>
  `its container${container === '' ? '' : ` ${container}`} ends with exit code ${exitCode}${more}`;

export const probeCause = (message: string): string =>
  because('its container does not become ready', message.replace(/^Readiness probe (failed|errored): /, ''));

export const volumeCause = (message: string): string =>
  because('a volume of its pod cannot be mounted', message);

export const containerCause = (container: string, message: string): string =>
  because(`its container${container === '' ? '' : ` ${container}`} cannot be started`, message);

const texts: Readonly<Record<string, (message: string) => string>> = {
  ContainerMissing: (message) => imageCause(/fetch image "([^"]*)"/.exec(message)?.[1] ?? '', message),
  ResolvingDigests: () => 'the tag of its image is still being resolved',
  Unschedulable: schedulingCause,
  FailedCreate: creationCause,
  ProgressDeadlineExceeded: () => 'none of its pods became ready within its progress deadline',
  Deploying: () => 'its pods are still starting',
  NotOwned: (message) => because('somebody else has an object that it needs', message),
  OutOfDate: () => 'its controller has not come to its latest change yet',
  IngressNotConfigured: () => 'its ingress is not configured: no ingress controller has taken it yet',
  Uninitialized: (message) => because('its ingress is not configured yet', message),
  CertificateNotReady: (message) =>
    because('its certificate is not there yet', message.replace(/^Certificate (\S+) is not ready/, '$1')),
  CertificateProvisionFailed: (message) =>
    because(
      'its certificate cannot be issued',
      message.replace(/^Certificate (\S+) fail(s|ed) to be provisioned/, '$1'),
    ),
  CertificateNotOwned: (message) => because('somebody else has the certificate that it needs', message),
  DomainAlreadyClaimed: () => 'another namespace holds the claim on this host',
  DomainClaimFailed: (message) => because('nobody made the claim on this host', message),
  ResolveFailed: (message) => because('what it leads to is not there', message),
  RolloutInProgress: () => 'its traffic is still moving to its latest revision',
  RevisionFailed: (message) => said(message) || 'its latest revision failed',
  RevisionMissing: (message) => because('its traffic leads nowhere yet', message),
  ConfigurationMissing: (message) => because('its traffic leads nowhere', message),
  RevisionNotOwned: (message) => because('its traffic leads to a revision of another service', message),
  TrafficNotMigrated: () => 'its traffic has not come to its latest revision yet',
  RevisionNameTaken: (message) => because('the name of its revision is taken', message),
};

/** Conditions that a revision's pods are behind. */
export function conditionCause({ type, status, reason, message }: Condition): string {
  const exit = /^ExitCode(-?\d+)$/.exec(reason)?.[1];
  if (exit !== undefined) return exitCause('', Number(exit));
  if (isPullReason(reason)) return imageCause(/image "([^"]*)"/.exec(message)?.[1] ?? '', message);
  const text = Object.hasOwn(texts, reason) ? texts[reason] : undefined;
  if (text !== undefined) return text(message);
  const told = [reason, said(message)].filter((part) => part !== '').join(': ');
  return told === '' ? `${type} is ${status}` : `${type} is ${status}: ${told}`;
}

/** Types of conditions, what is behind others first. */
const order = [
  'ContainerHealthy',
  'ResourcesAvailable',
  'DomainClaimed',
  'ReferenceResolved',
  'AllTrafficAssigned',
  'CertificateProvisioned',
  'IngressReady',
  'ConfigurationsReady',
  'RoutesReady',
  'Ready',
];

/**
 * The condition that tells most of why an object is not ready: one that is false rather than one that is not known,
 * one that is behind others rather than these, and one that gives a reason.
 */
export function tellingCondition(conditions: readonly Condition[]): Condition | undefined {
  const rank = ({ type, status, reason, message }: Condition): number =>
    (status === 'False' ? 0 : 100) +
    (reason === '' && message === '' ? 50 : 0) +
    (isWaiting(reason) ? 20 : 0) +
    (order.indexOf(type) + 1 || order.length + 1);
  return conditions
    .filter(({ type, status }) => status !== 'True' && order.includes(type))
    .sort((a, b) => rank(a) - rank(b))[0];
}

/** Reasons that say only that something else is waited for. */
const isWaiting = (reason: string): boolean =>
  /^(Deploying|OutOfDate|RevisionMissing|TrafficNotMigrated)$/.test(reason);
