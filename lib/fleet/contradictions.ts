import type { KubeObject } from '../clusters/cluster-port.ts';
import type { Problem } from '../messages/error.ts';
import { colours } from './colour.ts';
import type { Fleet } from './fleet.ts';
import { isDomainMapping, isKnativeService, objectKey, shownObject } from './kube-objects.ts';
import { fieldPlace } from './manifest-problems.ts';
import { plainPortProblems } from './plain-ports.ts';

/** What the parts of a fleet allow by themselves, but not together. */

/** Between the fields that the fleet's own file holds, whatever its services are. */
export function fieldContradictions(fleet: Pick<Fleet, 'regions' | 'colours' | 'cutover'>): Problem[] {
  const found: Problem[] = [];
  const regions = fleet.regions.map(({ name }) => name);
  for (const colour of colours)
    for (const region of Object.keys(fleet.colours[colour].existing))
      if (!regions.includes(region))
        found.push({
          where: `colours.${colour}.existing.${region}`,
          value: region,
          allowed: `a region of the fleet: ${regions.join(', ')}`,
        });
  if (fleet.cutover.patience.milliseconds < fleet.cutover.bake.milliseconds)
    found.push({
      where: 'cutover.patience',
      value: fleet.cutover.patience.toString(),
      allowed: `at least the bake time, ${fleet.cutover.bake}`,
    });
  return found;
}

/** An object that a fleet makes, and where it is written. */
interface Placed {
  readonly object: KubeObject;
  readonly place: string;
  /** The field that is to be changed. */
  readonly where: string;
  readonly value: unknown;
}

const kube = (apiVersion: string, kind: string, name: string, namespace?: string): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
});

/** Everything that the fleet's items become in a cluster, with what Knative makes of them under a name of theirs. */
function objectsOf(fleet: Fleet): Placed[] {
  const { services, domainMappings, manifests, sources } = fleet;
  const placed: Placed[] = [];
  const add = (object: KubeObject, place: string, where: string, value: unknown) =>
    placed.push({ object, place, where, value });
  services.forEach(({ name, namespace = 'default' }, index) => {
    const place = sources.services[index] ?? `services[${index}]`;
    add(kube('serving.knative.dev/v1', 'Service', name, namespace), place, `${place}.name`, name);
  });
  domainMappings.forEach(({ name, namespace = 'default', claim = true }, index) => {
    const place = sources.domainMappings[index] ?? `domainMappings[${index}]`;
    const mapping = kube('serving.knative.dev/v1beta1', 'DomainMapping', name, namespace);
    add(mapping, place, `${place}.name`, name);
    if (claim)
      add(
        kube('networking.internal.knative.dev/v1alpha1', 'ClusterDomainClaim', name),
        place,
        `${place}.claim`,
        true,
      );
  });
  for (const manifest of manifests)
    add(
      manifest.object,
      fieldPlace(manifest, ''),
      fieldPlace(manifest, 'metadata.name'),
      manifest.object.metadata.name,
    );
  return placed;
}

function duplicates(placed: readonly Placed[]): Problem[] {
  const known = new Map<string, Placed>();
  const twice = new Set<string>();
  const found: Problem[] = [];
  for (const one of placed) {
    const key = objectKey(one.object);
    const before = known.get(key);
    if (before === undefined) known.set(key, one);
    // A mapping that is there twice has its claim twice: it is said once.
    if (before === undefined || twice.has(one.place)) continue;
    twice.add(one.place);
    found.push({
      where: one.where,
      value: one.value,
      allowed: `each object once: ${shownObject(one.object)} stands at ${before.place} already`,
    });
  }
  return found;
}

/** Between the services, mappings and manifests of a fleet, and the ports that lead to them. */
export function itemContradictions(fleet: Fleet): Problem[] {
  const placed = objectsOf(fleet);
  const found = duplicates(placed);
  const services = new Map(
    placed
      .filter(({ object }) => isKnativeService(object))
      .map(({ object: { metadata }, place }) => [`${metadata.namespace}/${metadata.name}`, place]),
  );
  const known = [...services.keys()].join(', ') || 'there is none';
  const leadsTo = (namespace: string, name: string, where: string) => {
    if (!services.has(`${namespace}/${name}`))
      found.push({ where, value: name, allowed: `a service of the same namespace: ${known}` });
  };
  fleet.domainMappings.forEach(({ service, namespace = 'default' }, index) => {
    leadsTo(
      namespace,
      service,
      `${fleet.sources.domainMappings[index] ?? `domainMappings[${index}]`}.service`,
    );
  });
  for (const manifest of fleet.manifests) {
    const { object } = manifest;
    const { apiVersion, kind, metadata, spec } = object;
    const { namespace = 'default', name } = metadata;
    const ref = spec?.ref;
    if (isDomainMapping(object) && ref?.kind === 'Service' && ref.apiVersion?.startsWith('serving.'))
      leadsTo(namespace, ref.name, fieldPlace(manifest, 'spec.ref.name'));
    const clash =
      apiVersion === 'v1' && kind === 'Service' ? services.get(`${namespace}/${name}`) : undefined;
    if (clash !== undefined)
      found.push({
        where: fieldPlace(manifest, 'metadata.name'),
        value: name,
        allowed: `another name: Knative makes a Service of this name for ${clash}`,
      });
  }
  return [...found, ...plainPortProblems(fleet)];
}
