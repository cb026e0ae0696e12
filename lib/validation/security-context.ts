import { type Finding, finding, under } from './finding.ts';
import { beyond, fields, notTaken } from './masks.ts';
import type { PodSecurityContext, SeccompProfile, SecurityContext } from './objects.ts';
import type { ValidationContext } from './serving-config.ts';

const largest = 2 ** 31 - 1;

const checkId = (field: string, id: number | undefined): Finding[] =>
  id === undefined || (id >= 0 && id <= largest)
    ? []
    : [finding(field, 'security.id', id, `a whole number from 0 to ${largest}`)];

function checkCapabilities(
  capabilities: SecurityContext['capabilities'],
  context: ValidationContext,
): Finding[] {
  const { add } = capabilities ?? {};
  if (add === undefined || context.feature('kubernetes.containerspec-addcapabilities') === 'enabled')
    return [];
  const bindsLowPorts = add.length === 1 && add[0] === 'NET_BIND_SERVICE';
  if (context.securePodDefaults !== 'disabled' && bindsLowPorts) return [];
  return [notTaken('add', add, 'kubernetes.containerspec-addcapabilities')];
}

/** What is wrong with a container's security context. */
export function checkSecurityContext(
  security: SecurityContext | undefined,
  context: ValidationContext,
): Finding[] {
  if (security === undefined) return [];
  const taken =
    security.privileged === true ? fields.securityContext : [...fields.securityContext, 'privileged'];
  return [
    ...beyond(security, taken),
    ...under('capabilities', checkCapabilities(security.capabilities, context)),
    ...checkId('runAsUser', security.runAsUser),
    ...checkId('runAsGroup', security.runAsGroup),
  ];
}

function beyondPodSecurity(security: PodSecurityContext, context: ValidationContext): Finding[] {
  const flag = 'kubernetes.podspec-securitycontext';
  if (context.feature(flag) !== 'disabled') return beyond(security, fields.podSecurityContext);
  return Object.entries(security)
    .filter(([field, value]) => {
      if (field !== 'seccompProfile' || context.securePodDefaults === 'disabled') return true;
      const { type, localhostProfile } = value as SeccompProfile;
      return !(type === 'RuntimeDefault' || type === 'Unconfined') || localhostProfile !== undefined;
    })
    .map(([field, value]) => notTaken(field, value, flag));
}

/** What is wrong with a pod's security context. */
export function checkPodSecurity(
  security: PodSecurityContext | undefined,
  context: ValidationContext,
): Finding[] {
  if (security === undefined) return [];
  return [
    ...beyondPodSecurity(security, context),
    ...checkId('runAsUser', security.runAsUser),
    ...checkId('runAsGroup', security.runAsGroup),
    ...checkId('fsGroup', security.fsGroup),
    ...(security.supplementalGroups ?? []).flatMap((id, index) =>
      checkId(`supplementalGroups[${index}]`, id),
    ),
  ];
}

/** What Kubernetes would leave insecure in a container because nothing is said. Fields begin with `securityContext`. */
export function insecureDefaults(
  pod: PodSecurityContext = {},
  container: SecurityContext = {},
  context: ValidationContext,
): Finding[] {
  if (context.securePodDefaults !== 'disabled') return [];
  const found: Finding[] = [];
  const insecure = (field: string) =>
    found.push({
      ...finding(
        field,
        'security.insecure-default',
        undefined,
        'a value: without one, Kubernetes leaves it insecure',
      ),
      message: 'not said, and what Kubernetes does without it is insecure',
    });
  if (pod.runAsNonRoot === undefined && container.runAsNonRoot === undefined) insecure('runAsNonRoot');
  if (container.allowPrivilegeEscalation === undefined) insecure('allowPrivilegeEscalation');
  if (container.seccompProfile === undefined && pod.seccompProfile === undefined) insecure('seccompProfile');
  else if (!pod.seccompProfile?.type && !container.seccompProfile?.type) insecure('seccompProfile.type');
  if (container.capabilities === undefined) insecure('capabilities');
  else if (container.capabilities.drop === undefined) insecure('capabilities.drop');
  else if (container.capabilities.drop[0] === 'all')
    found.push(
      finding('capabilities.drop', 'security.drop-all', 'all', 'ALL, in capitals: all drops nothing'),
    );
  return under('securityContext', found);
}
