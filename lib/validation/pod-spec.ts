import { checkContainers, checkInitContainers } from './containers.ts';
import { type Finding, finding, under } from './finding.ts';
import { beyondPodSpec } from './masks.ts';
import { hostRule, isDns1123Subdomain } from './names.ts';
import type { RevisionSpec, Volume } from './objects.ts';
import { checkPodSecurity, insecureDefaults } from './security-context.ts';
import type { ValidationContext } from './serving-config.ts';
import { checkVolumes } from './volumes.ts';

/** What is wrong with a revision's spec, once defaults are in it. */
export function checkRevisionSpec(spec: RevisionSpec, context: ValidationContext): Finding[] {
  const { containers = [], initContainers = [], volumes = [], serviceAccountName: account } = spec;
  const mounted = new Set(
    [...initContainers, ...containers].flatMap(({ volumeMounts = [] }) =>
      volumeMounts.map(({ name = '' }) => name),
    ),
  );
  const byName = new Map(volumes.map((volume): [string, Volume] => [volume.name ?? '', volume]));
  const found = [
    ...beyondPodSpec(spec, context),
    ...under('securityContext', checkPodSecurity(spec.securityContext, context)),
    ...under('volumes', checkVolumes(volumes, mounted, context)),
    ...checkInitContainers(spec, byName, context),
    ...checkContainers(spec, byName, context),
  ];
  if (account !== undefined && !isDns1123Subdomain(account))
    found.push(finding('serviceAccountName', 'name.dns1123', account, hostRule));
  return [...found, ...checkTimes(spec, context)];
}

function checkTimes(
  { timeoutSeconds: timeout = 0, containerConcurrency: limit }: RevisionSpec,
  context: ValidationContext,
) {
  const found: Finding[] = [];
  const { maxTimeoutSeconds: longest, maxContainerConcurrency: most } = context;
  if (timeout !== 0 && (timeout < 0 || timeout > longest))
    found.push(
      finding(
        'timeoutSeconds',
        'timeout.range',
        timeout,
        `whole seconds from 0 to ${longest} (max-revision-timeout-seconds)`,
      ),
    );
  const least = context.allowContainerConcurrencyZero ? 0 : 1;
  if (limit !== undefined && (limit < least || limit > most))
    found.push(
      finding('containerConcurrency', 'concurrency.range', limit, `a whole number from ${least} to ${most}`),
    );
  return found;
}

/** What Kubernetes would leave insecure in each container. */
export const podWarnings = (spec: RevisionSpec, context: ValidationContext): Finding[] =>
  (['containers', 'initContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap((container, index) =>
      under(`${list}[${index}]`, insecureDefaults(spec.securityContext, container.securityContext, context)),
    ),
  );
