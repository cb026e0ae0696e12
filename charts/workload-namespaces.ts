import { readinessGates } from '../constructs/kourier/index.ts';
import type { KubeObject } from '../lib/clusters/cluster-port.ts';
import type { Colour, Fleet } from '../lib/fleet/index.ts';
import { isNamespace } from '../lib/fleet/kube-objects.ts';
import { systemNamespaces } from '../lib/fleet/manifest-problems.ts';

/** Namespaces that a cluster has by itself. */
const isThere = (name: string): boolean => name === 'default' || name.startsWith('kube-');

/** The controller that registers pods with a colour's entrance. */
export const bindingController = (fleet: Fleet, colour: Colour) =>
  fleet.colours[colour].ingress?.controller ?? 'eks-auto-mode';

/** Namespaces whose pods the entrance leads to, and which therefore ask for readiness gates. */
const bound = (fleet: Fleet): Set<string> =>
  new Set(fleet.entrance.plainPorts.map(({ namespace }) => namespace));

/** The same namespace, asking for readiness gates where the entrance leads to its pods. */
export function withReadinessGates(namespace: KubeObject, fleet: Fleet, colour: Colour): KubeObject {
  const { metadata } = namespace;
  if (!bound(fleet).has(metadata.name)) return namespace;
  const labels = { ...metadata.labels, ...readinessGates(bindingController(fleet, colour)) };
  return { ...namespace, metadata: { ...metadata, labels } };
}

/** The namespaces of the fleet's services and objects that are neither there already nor among its manifests. */
export function madeNamespaces(fleet: Fleet, colour: Colour): KubeObject[] {
  const { services, domainMappings, manifests } = fleet;
  const given = manifests
    .filter(({ object }) => isNamespace(object))
    .map(({ object }) => object.metadata.name);
  const used = [
    ...[...services, ...domainMappings].map(({ namespace = 'default' }) => namespace),
    ...manifests.map(({ object }) => object.metadata.namespace ?? 'default'),
  ].filter((name) => !isThere(name) && !systemNamespaces.includes(name));
  return [...new Set([...used, ...bound(fleet)])]
    .filter((name) => !given.includes(name))
    .sort()
    .map((name) =>
      withReadinessGates({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, fleet, colour),
    );
}
