import type { KubeObject } from '../clusters/cluster-port.ts';
import { defaultRevisionSpec } from './defaults.ts';
import type { Container, ObjectMeta, Probe, RevisionSpec, SecurityContext } from './objects.ts';
import { type ServingConfig, servingContext, type ValidationContext } from './serving-config.ts';

type Texts = Readonly<Record<string, string>>;

interface Resources {
  readonly requests?: Texts;
  readonly limits?: Texts;
}

const resourceNames = ['cpu', 'memory', 'ephemeral-storage'] as const;

/** What `config-defaults` gives a container that does not say it itself. */
function resourcesOf(container: Container, defaults: Texts): Resources {
  const given = (container.resources ?? {}) as Resources;
  const filled = (of: 'requests' | 'limits', word: 'request' | 'limit') => {
    const found = resourceNames.flatMap((name) => {
      const value = defaults[`revision-${name}-${word}`] ?? '';
      return value === '' ? [] : [[name, value]];
    });
    const all = { ...Object.fromEntries(found), ...given[of] };
    return Object.keys(all).length === 0 ? {} : { [of]: all };
  };
  return { ...given, ...filled('requests', 'request'), ...filled('limits', 'limit') };
}

/** A pod that is made secure: each field that neither the pod nor the container says. */
function securityOf(
  container: Container,
  spec: RevisionSpec,
  context: ValidationContext,
): SecurityContext | undefined {
  if (context.securePodDefaults === 'disabled') return container.securityContext;
  const { securityContext: given = {}, ports = [] } = container;
  const pod = spec.securityContext ?? {};
  const low = ports.some(({ containerPort = 0 }) => containerPort < 1024);
  const seccomp = { ...given.seccompProfile, type: given.seccompProfile?.type || 'RuntimeDefault' };
  const asked = given.runAsNonRoot ?? pod.runAsNonRoot;
  return {
    ...given,
    allowPrivilegeEscalation: given.allowPrivilegeEscalation ?? false,
    ...(pod.seccompProfile?.type ? {} : { seccompProfile: seccomp }),
    capabilities: given.capabilities ?? { drop: ['ALL'], ...(low ? { add: ['NET_BIND_SERVICE'] } : {}) },
    ...(context.securePodDefaults === 'enabled' && asked === undefined ? { runAsNonRoot: true } : {}),
  };
}

/** A port that is not said is the container's own, and 0 to Kubernetes. */
const withPort = (probe: Probe | undefined): Probe | undefined =>
  probe?.tcpSocket === undefined ? probe : { ...probe, tcpSocket: { port: 0, ...probe.tcpSocket } };

/**
 * A Service whose template names its revision, with what the webhook fills into its containers; any other as it is. Knative
 * completes a named template once, when it is new. Whoever applies the same words again replaces the whole list of
 * containers by theirs, and is refused for a change without a new name.
 */
export function completeService(service: KubeObject, config: ServingConfig): KubeObject {
  const { template } = (service.spec ?? {}) as {
    template?: { metadata?: ObjectMeta; spec?: RevisionSpec };
  };
  if (!template?.metadata?.name || template.spec === undefined) return service;
  const context = servingContext(config);
  const spec = defaultRevisionSpec(template.spec, service.metadata as ObjectMeta, context);
  const secured = (container: Container): Container => {
    const securityContext = securityOf(container, spec, context);
    return { ...container, ...(securityContext === undefined ? {} : { securityContext }) };
  };
  const completed = (container: Container): Container => {
    const readinessProbe = withPort(container.readinessProbe);
    const resources = resourcesOf(container, config.defaults ?? {});
    return {
      ...secured(container),
      ...(readinessProbe === undefined ? {} : { readinessProbe }),
      ...(Object.keys(resources).length === 0 ? {} : { resources }),
    };
  };
  const lists = {
    containers: (spec.containers ?? []).map(completed),
    ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(secured) }),
  };
  return {
    ...service,
    spec: { ...service.spec, template: { ...template, spec: { ...template.spec, ...lists } } },
  };
}
